"""``eval`` and ``exec``: a text that is known is followed, another leaves unknown whatever it may have named."""

import torch
import torch.nn as nn


class ByNumber(nn.Module):  # root
    """Writes through tensors that ``eval`` names: whole, by part, and by attribute."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(4, 8, num_layers=2, bias=False)
        for layer in range(2):
            weight = eval("self.rnn.weight_hh_l" + str(layer))
            nn.init.orthogonal_(weight)  # reveal: rnn.weight_hh_l0 [32, 8] = orthogonal_ 0.177; rnn.weight_hh_l1 [32, 8] = orthogonal_ 0.177
            eval(f"self.rnn.weight_ih_l{layer}").data.normal_(std=0.5)  # reveal: rnn.weight_ih_l0 [32, 4] = normal_ 0.5; rnn.weight_ih_l1 [32, 8] = normal_ 0.5


class ByCall(nn.Module):  # root
    """Calls and statements in a text stand where the text is run."""

    def __init__(self, act="ReLU"):
        super().__init__()
        self.fc = eval("nn.Linear")(4, 8)
        for i in range(2):
            exec(f"self.out{i} = nn.Linear(8, {i + 2}, bias=False)")  # reveal: out1.weight [3, 8] = kaiming_uniform_ 0.204
            eval("nn.init.zeros_(self.out0.weight)")  # reveal: out0.weight [2, 8] = zeros_ 0
        self.act = eval(f"nn.{act}()")
        exec("weight = self.fc.weight\nnn.init.ones_(weight)\nnn.init.ones_(self.fc.bias)")  # reveal: fc.weight [8, 4] = ones_ 1±0; fc.bias [8] = ones_ 1±0


class UnknownText(nn.Module):  # root
    """All that the function can reach may be written through it; what is made of a class by that name writes nothing."""

    def __init__(self, act, which):
        super().__init__()
        self.early = nn.Linear(4, 8, bias=False)
        nn.init.ones_(self.early.weight)  # reveal: early.weight [8, 4] = ones_ 1±0
        self.act = eval(act)()
        self.fc = nn.Linear(4, 8, bias=False)  # reveal: fc.weight [8, 4] = kaiming_uniform_ 0.289


class WrittenThroughUnknownText(nn.Module):  # root
    def __init__(self, which):
        super().__init__()
        self.fc = nn.Linear(4, 8, bias=False)  # reveal: fc.weight [8, 4] = unknown
        nn.init.ones_(self.fc.weight)
        nn.init.normal_(eval(which), std=0.02)


class PartByUnknownName(nn.Module):  # root
    """An assignment through ``getattr`` of a name that is not known."""

    def __init__(self, which):
        super().__init__()
        self.fc = nn.Linear(4, 8, bias=False)  # reveal: fc.weight [8, 4] = unknown
        self.out = nn.Linear(8, 4, bias=False)  # reveal: out.weight [4, 8] = kaiming_uniform_ 0.204
        with torch.no_grad():
            getattr(self.fc, which)[0] = 1.0
        getattr(self.out, which).requires_grad = True
