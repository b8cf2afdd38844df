"""Makes transactions of mobile money, in the columns of PaySim (https://www.kaggle.com/datasets/ealaxi/paysim1): payments of
many accounts, and a few accounts that are emptied by a transfer and cashed out. The same seed gives the same rows.

    python3 make.py 5000 > transactions.csv
"""

import csv
import random
import sys

COLUMNS = [
    "step", "type", "amount", "nameOrig", "oldbalanceOrg", "newbalanceOrig", "nameDest", "oldbalanceDest", "newbalanceDest",
    "isFraud", "isFlaggedFraud",
]
HONEST = {"CASH_IN": 22, "CASH_OUT": 35, "DEBIT": 1, "PAYMENT": 34, "TRANSFER": 8}  # percent


def transaction(chance, step, kind, amount, held, received, fraud):
    spent = held + amount if kind == "CASH_IN" else max(0.0, held - amount)
    merchant = kind == "PAYMENT"  # of merchants, no balance is known
    before, after = (0.0, 0.0) if merchant else (received, received if fraud and kind == "TRANSFER" else received + amount)
    return [
        step, kind, f"{amount:.2f}", f"C{chance.randrange(10**9)}", f"{held:.2f}", f"{spent:.2f}",
        f"{'M' if merchant else 'C'}{chance.randrange(10**9)}", f"{before:.2f}", f"{after:.2f}", int(fraud), 0,
    ]


def rows(count, seed=1, frauds=0.02):
    chance = random.Random(seed)
    for i in range(count):
        step, held, received = 1 + i * 743 // count, chance.lognormvariate(9, 2), chance.lognormvariate(9, 2)
        if chance.random() < frauds:
            yield transaction(chance, step, chance.choice(["TRANSFER", "CASH_OUT"]), held, held, received, True)
        else:
            kind = chance.choices(list(HONEST), HONEST.values())[0]
            yield transaction(chance, step, kind, chance.lognormvariate(7.5, 1.5), held, received, False)


if __name__ == "__main__":
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    out.writerows(rows(int(sys.argv[1]) if len(sys.argv) > 1 else 5000))
