import torch
import torch.nn as nn


class Token(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        self.token = nn.Parameter(torch.empty(1, 1, 64))  # error: [uninitialised-memory] "all of `Token.token`"


class HalfFilled(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        self.bank = nn.Parameter(torch.empty(4, 8, 8))  # error: [uninitialised-memory] "0.5 of `HalfFilled.bank`"
        for expert in self.bank[:2]:
            nn.init.xavier_uniform_(expert.data)


class OldConstructor(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        self.centers = nn.Parameter(torch.Tensor(10, 16))  # error: [uninitialised-memory] "NaN after a build"


class Buffer(nn.Module):  # probe
    def __init__(self):
        super().__init__()
        self.inner = Statistics()  # warning: [uninitialised-memory] "all of `Buffer.inner.mean`"


class Statistics(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.empty(8))


class OneBranch(nn.Module):  # probe
    def __init__(self, zero=False):
        super().__init__()
        self.gate = nn.Parameter(torch.empty(16))  # error: [uninitialised-memory] "OneBranch.gate"
        if zero:
            nn.init.zeros_(self.gate)
