listeners = {}


def listens_for(target, name):
    def keep(function):
        listeners[name] = function
        return function

    return keep
