"""Waits until the newest version of a model serves, and asks it one question. Ends with 1 if either fails.
A model that has no replicas at this hour is woken for it, and sleeps on afterwards.

What to do stands in the variable PLAN, as JSON. Nothing but Python's own library is needed, 3.8 or later.
"""
import json, math, os, signal, ssl, sys, time, urllib.error, urllib.request

plan = json.loads(os.environ["PLAN"])
account = os.environ.get("SERVICE_ACCOUNT_FOLDER", "/var/run/secrets/kubernetes.io/serviceaccount")
server = "https://%s:%s" % (os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"])
trust = ssl.create_default_context(cafile=account + "/ca.crt")
until = time.time() + plan["seconds"]


class NotYet(Exception):
    """Something that may still come right."""


class Missing(NotYet):
    """Something that is not there."""


class Wrong(Exception):
    """Something that stays wrong."""


def call(url, body=None, headers=None, context=None, method=None):
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers or {}, method=method)
    with urllib.request.urlopen(request, timeout=plan["requestSeconds"], context=context) as response:
        return response.read()


def kubernetes(path, change=None):
    """Reads an object, or changes it."""
    try:
        with open(account + "/token") as file:
            sent = {"Authorization": "Bearer " + file.read()}
        if change is None:
            return json.loads(call(server + path, headers=sent, context=trust))
        sent["Content-Type"] = "application/merge-patch+json"
        return json.loads(call(server + path, change, sent, trust, "PATCH"))
    except urllib.error.HTTPError as error:
        if error.code == 403:
            raise Wrong("may not %s %s: %s" % ("read" if change is None else "change", path, error))
        raise (Missing if error.code == 404 else NotYet)("%s: %s" % (path, error))


PAUSE, WOKEN = "autoscaling.keda.sh/paused-replicas", "mlplatform/woken"


def scaler(name):
    return "/apis/keda.sh/v1alpha1/namespaces/%s/scaledobjects/%s" % (plan["namespace"], name)


def wake(name):
    """Has KEDA keep one replica, until it may sleep."""
    kubernetes(scaler(name), {"metadata": {"annotations": {PAUSE: "1", WOKEN: "true"}}})


def sleep():
    """Gives to KEDA what was woken, by a run that was stopped, too."""
    for name in plan.get("scalers", {}).values():
        try:
            if WOKEN in kubernetes(scaler(name))["metadata"].get("annotations", {}):
                kubernetes(scaler(name), {"metadata": {"annotations": {PAUSE: None, WOKEN: None}}})
        except Missing:
            pass  # the hours come after the model
        except (NotYet, Wrong, OSError) as error:
            print("may not sleep on: %s" % error)


def conditions(thing):
    return {each["type"]: each for each in thing.get("status", {}).get("conditions", [])}


def rolled_out():
    namespace = plan["namespace"]
    service = kubernetes("/apis/serving.kserve.io/v1beta1/namespaces/%s/inferenceservices/%s" % (namespace, plan["service"]))
    status = service.get("status", {})
    for component, version in plan["versions"].items():
        if plan["mode"] == "Standard":
            name = "%s-%s" % (plan["service"], component)
            deployment = kubernetes("/apis/apps/v1/namespaces/%s/deployments/%s" % (namespace, name))
            template, state = deployment["spec"]["template"], deployment.get("status", {})
            wanted = deployment["spec"].get("replicas", 1)
            if wanted == 0:
                if component in plan.get("scalers", {}):
                    wake(plan["scalers"][component])
                raise NotYet("%s has no replicas" % name)
            if state.get("observedGeneration") != deployment["metadata"]["generation"] or state.get("replicas") != wanted \
                    or state.get("updatedReplicas") != wanted or state.get("availableReplicas") != wanted:
                raise NotYet("%s has %s of %s replicas of the newest version ready" % (name, min(state.get("updatedReplicas", 0), state.get("availableReplicas", 0)), wanted))
        else:
            state = status.get("components", {}).get(component, {})
            newest = state.get("latestCreatedRevision")
            if not newest or state.get("latestReadyRevision") != newest:
                raise NotYet("the newest revision of %s is %s, the newest that is ready %s" % (component, newest, state.get("latestReadyRevision")))
            template = kubernetes("/apis/serving.knative.dev/v1/namespaces/%s/revisions/%s" % (namespace, newest))
        found = template["metadata"].get("annotations", {}).get("mlplatform/version")
        if found != version:
            raise NotYet("%s is still at version %s, not %s" % (component, found, version))
    ready = conditions(service).get("Ready", {})
    if ready.get("status") != "True":
        raise NotYet("the InferenceService is not ready: %s %s" % (ready.get("reason", ""), ready.get("message", "")))


def headers(content="application/json", accept=None):
    out = {"Content-Type": content, "Host": plan["host"], "Accept": accept}
    return {name: value for name, value in out.items() if value}


def loaded():
    url = "%s/ping" % plan["url"] if plan.get("invocation") else "%s/v2/models/%s/ready" % (plan["url"], plan["model"])
    try:
        call(url, headers=headers())
    except urllib.error.HTTPError as error:
        raise NotYet("%s: %s" % (url, error))


def ask():
    invocation = plan.get("invocation")
    url = "%s/invocations" % plan["url"] if invocation else "%s/v2/models/%s/infer" % (plan["url"], plan["model"])
    try:
        if invocation:
            answer = call(url, invocation["body"].encode(), headers(invocation["contentType"], invocation.get("accept"))).decode()
            compare(values(answer))
            return
        answer = json.loads(call(url, plan["request"], headers()))
    except urllib.error.HTTPError as error:
        if error.code in (502, 503, 504):
            raise NotYet("%s: %s" % (url, error))
        raise Wrong("%s: %s: %s" % (url, error, error.read(2000).decode(errors="replace")))
    except ValueError as error:
        raise Wrong("%s: the answer is no JSON: %s" % (url, error))
    check(answer)


def flat(data):
    if isinstance(data, dict):
        data = list(data.values())
    return [leaf for each in data for leaf in flat(each)] if isinstance(data, list) else [data]


def values(text):
    """All values of an answer in JSON, in lines of it, or in CSV."""
    try:
        return flat(json.loads(text))
    except ValueError:
        pass
    out = []
    for line in text.splitlines():
        try:
            out += flat(json.loads(line))
        except ValueError:
            out += [number(each.strip()) for each in line.split(",") if each.strip()]
    return out


def number(text):
    try:
        return float(text)
    except ValueError:
        return text


def check(answer):
    outputs = answer.get("outputs") or []
    if not outputs:
        raise Wrong("the answer has no outputs: %s" % json.dumps(answer)[:500])
    expected = plan["expected"]
    output = next((each for each in outputs if not expected.get("output") or each.get("name") == expected["output"]), None)
    if output is None:
        raise Wrong("the answer has no output %s, but %s" % (expected["output"], [each.get("name") for each in outputs]))
    for field in ("shape", "datatype"):
        if expected.get(field) and output.get(field) != expected[field]:
            raise Wrong("the answer has the %s %s, not %s" % (field, output.get(field), expected[field]))
    compare(flat(output.get("data", [])))


def compare(data):
    expected = plan["expected"]
    if not data or any(isinstance(each, float) and not math.isfinite(each) for each in data):
        raise Wrong("the answer is empty, or no number: %s" % data[:20])
    if expected.get("texts") and data != expected["texts"]:
        raise Wrong("the answer is %s, not %s" % (data[:20], expected["texts"]))
    if expected.get("numbers"):
        near = len(data) == len(expected["numbers"]) and all(
            isinstance(each, (int, float)) and abs(each - number) <= expected.get("tolerance", 0) for each, number in zip(data, expected["numbers"]))
        if not near:
            raise Wrong("the answer is %s, not %s within %s" % (data[:20], expected["numbers"], expected.get("tolerance", 0)))
    print("the model answers as expected: %s" % data[:20])


def main():
    last = None
    while True:
        try:
            rolled_out()
            loaded()
            ask()
            return 0
        except Wrong as error:
            print("wrong: %s" % error)
            return 1
        except (NotYet, OSError) as error:
            if str(error) != last:
                print("waiting: %s" % error, flush=True)
                last = str(error)
        if time.time() > until:
            print("given up after %s seconds" % plan["seconds"])
            return 1
        time.sleep(plan["pause"])


# A job that is stopped ends by itself, too.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
try:
    ended = main()
finally:
    sleep()
sys.exit(ended)
