# right: Counted(), TwoCounted(), Once(), TwoOnce(), ByAttribute(), Described(), Kept(), ByGlobal()
import torch, torch.nn as nn, functools


def counted(f):
    n = 0

    @functools.wraps(f)
    def w(self, *a, **k):
        nonlocal n
        n += 1
        f(self, *a, **k)
        with torch.no_grad():
            self.w.mul_(n)

    return w


def once(f):
    done = []

    def w(self):
        if done:
            return
        done.append(1)
        return f(self)

    return w


def attr_counter(f):
    @functools.wraps(f)
    def w(self):
        w.calls += 1
        nn.init.constant_(self.w, float(w.calls))

    w.calls = 0
    return w


class Counted(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(8, 8))
        self.reset()
        self.reset()

    @counted
    def reset(self):
        nn.init.constant_(self.w, 2.0)


class TwoCounted(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Counted()
        self.b = Counted()


class Once(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(8, 8))
        self.reset()

    @once
    def reset(self):
        nn.init.constant_(self.w, 2.0)


class TwoOnce(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Once()
        self.b = Once()


class ByAttribute(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(8, 8))
        self.reset()
        self.reset()

    @attr_counter
    def reset(self):
        pass


class CountCls:
    def __init__(self, f):
        self.f = f
        self.n = 0

    def __get__(self, obj, owner=None):
        return functools.partial(self, obj)

    def __call__(self, obj, *a):
        self.n += 1
        self.f(obj, *a)
        obj.w.data.mul_(self.n)


class Described(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(8, 8))
        self.reset()
        self.reset()

    @CountCls
    def reset(self):
        nn.init.constant_(self.w, 3.0)


def memo(f):
    cache = {}

    @functools.wraps(f)
    def w(self, k):
        if k not in cache:
            cache[k] = f(self, k)
        return cache[k]

    return w


class Kept(nn.Module):
    n = 0

    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.full((4, 4), self.val(1)))
        self.b = nn.Parameter(torch.full((4, 4), self.val(1)))

    @memo
    def val(self, k):
        Kept.n += 1
        return float(Kept.n)


def gcount(f):
    global G

    def w(self):
        global G
        G += 1
        f(self)
        self.w.data.mul_(G)

    return w


G = 1


class ByGlobal(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(8, 8))
        self.reset()

    @gcount
    def reset(self):
        nn.init.constant_(self.w, 3.0)
