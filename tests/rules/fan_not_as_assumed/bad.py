import torch
import torch.nn as nn
import torch.nn.functional as F


class TransposedToImage(nn.Module):  # probe: 2,256,4,4
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(256, 3, 4, stride=2)
        nn.init.kaiming_normal_(self.up.weight, nonlinearity="relu")  # warning: [fan-not-as-assumed] "took fan_in = 48, measured 1\d\d\d .*x4\.\d"

    def forward(self, x):
        return self.up(x).relu()


class DepthwiseByFanOut(nn.Module):  # probe: 2,64,8,8
    def __init__(self):
        super().__init__()
        self.depthwise = nn.Conv2d(64, 64, 3, padding=1, groups=64)
        self.out = nn.Conv2d(64, 8, 1)
        nn.init.kaiming_normal_(self.depthwise.weight, mode="fan_out", nonlinearity="relu")  # warning: [fan-not-as-assumed] "took fan_out = 576, measured (8\.|9).*x0\.12"

    def forward(self, x):
        return self.out(self.depthwise(x).relu())


class XavierOnStackedGates(nn.Module):  # probe: 2,5,128
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(128, 128, batch_first=True)
        nn.init.xavier_uniform_(self.rnn.weight_ih_l0)  # note: [fan-not-as-assumed] "took fan_in \+ fan_out = 640, measured 25\d.*x0\.6"

    def forward(self, x):
        return self.rnn(x)[0]


class StridedByFanOut(nn.Module):  # probe: 2,3,16,16
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 32, 4, stride=4)
        self.out = nn.Conv2d(32, 8, 1)
        nn.init.kaiming_normal_(self.stem.weight, mode="fan_out", nonlinearity="relu")  # warning: [fan-not-as-assumed] "took fan_out = 512, measured 3\d.*x0\.2"

    def forward(self, x):
        return self.out(self.stem(x).relu())


class TableAsMatrix(nn.Module):  # probe: 4,6:int64:0..500
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(500, 64)
        self.out = nn.Linear(64, 8)
        nn.init.kaiming_normal_(self.table.weight)  # warning: [fan-not-as-assumed] "took fan_in = 64, measured (0.99|1).*x0\.125"

    def forward(self, words):
        return self.out(self.table(words).relu())


class RawByInputs(nn.Module):  # probe: 4,512
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(512, 64))
        self.out = nn.Linear(64, 8)
        nn.init.kaiming_normal_(self.weight)  # warning: [fan-not-as-assumed] "took fan_in = 64, measured 5\d\d.*x2\.8"

    def forward(self, x):
        return self.out((x @ self.weight).relu())


class AddedProduct(nn.Module):  # probe: 4,5,256
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(256, 32))
        self.bias = nn.Parameter(torch.zeros(32))
        self.out = nn.Linear(32, 8)
        nn.init.kaiming_uniform_(self.weight, nonlinearity="relu")  # warning: [fan-not-as-assumed] "took fan_in = 32, measured 25\d"

    def forward(self, x):
        flat = torch.addmm(self.bias, x.view(-1, 256), self.weight)
        return self.out(flat.view(4, 5, 32).relu())


class BankOfHeads(nn.Module):  # probe: 4,6,64
    def __init__(self):
        super().__init__()
        self.heads = nn.Parameter(torch.empty(8, 64, 16))
        self.out = nn.Linear(128, 8)
        nn.init.kaiming_normal_(self.heads)  # warning: [fan-not-as-assumed] "took fan_in = 1024, measured 6\d.*x0\.2[45]"

    def forward(self, x):
        return self.out(torch.einsum("bti,hio->btho", x, self.heads).flatten(2).relu())


class LinearByOutputs(nn.Module):  # probe: 4,64
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(512, 64))
        self.out = nn.Linear(512, 8)
        nn.init.kaiming_normal_(self.weight.t(), nonlinearity="relu")  # warning: [fan-not-as-assumed] "took fan_in = 512, measured 6\d"

    def forward(self, x):
        return self.out(F.linear(x, self.weight).relu())
