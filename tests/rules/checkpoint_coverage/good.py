import torch.nn as nn


class Saved(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Linear(32, 16)
        self.head = nn.Linear(16, 4)


class Same(nn.Module):  # probe: checkpoint=Saved
    """Every name and shape is there."""

    def __init__(self):
        super().__init__()
        self.backbone = nn.Linear(32, 16)
        self.head = nn.Linear(16, 4)


class SavedParallel(nn.Module):
    def __init__(self):
        super().__init__()
        self.module = Saved()


class Unwrapped(nn.Module):  # probe: checkpoint=SavedParallel
    """The wrapper's prefix is taken off."""

    def __init__(self):
        super().__init__()
        self.backbone = nn.Linear(32, 16)
        self.head = nn.Linear(16, 4)


class NewHead(nn.Module):  # probe: checkpoint=Saved
    """One layer without counterpart: that is what a new head looks like."""

    def __init__(self):
        super().__init__()
        self.backbone = nn.Linear(32, 16)
        self.classifier = nn.Linear(16, 9)  # note: [checkpoint-coverage] "2 of 4 parameters"


class SavedTable(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(20, 8)


class Tied(nn.Module):  # probe: checkpoint=SavedTable
    """The head is reached through the table that it is."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(20, 8)
        self.out = nn.Linear(8, 20, bias=False)
        self.out.weight = self.table.weight


class WithBuffer(nn.Module):  # probe: checkpoint=SavedNorm
    """Buffers are counted with the parameters where they are saved."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(8)


class SavedNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(8)
