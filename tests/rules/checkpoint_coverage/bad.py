import torch.nn as nn


class Saved(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Linear(32, 16)
        self.norm = nn.LayerNorm(16)
        self.head = nn.Linear(16, 4)


class OtherPrefix(nn.Module):  # probe: checkpoint=Saved
    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(32, 16)  # warning: [checkpoint-coverage] "4 tensors fit; 3 of 7 parameters .`encoder.weight`, `encoder.bias`, .... are not in it and stay random; 2 of its tensors .`backbone.weight`"
        self.norm = nn.LayerNorm(16)
        self.head = nn.Linear(16, 4)
        self.scale = nn.LayerNorm(1, bias=False)


class NothingFits(nn.Module):  # probe: checkpoint=Saved
    def __init__(self):
        super().__init__()
        self.net = nn.Linear(32, 16)  # error: [checkpoint-coverage] "0 tensors fit"


class MoreClasses(nn.Module):  # probe: checkpoint=Saved
    def __init__(self):
        super().__init__()
        self.backbone = nn.Linear(32, 16)
        self.norm = nn.LayerNorm(16)
        self.head = nn.Linear(16, 5)  # error: [checkpoint-coverage] "`head.weight` has shape .5, 16., the checkpoint's .4, 16. .and 1 more.: load_state_dict raises"


class LayersAdded(nn.Module):  # probe: checkpoint=Saved
    def __init__(self):
        super().__init__()
        self.backbone = nn.Linear(32, 16)
        self.norm = nn.LayerNorm(16)
        self.neck = nn.Linear(16, 16)  # warning: [checkpoint-coverage] "4 of 10 parameters"
        self.neck2 = nn.Linear(16, 16)
        self.head = nn.Linear(16, 4)
