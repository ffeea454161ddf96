"""Copied at the start, or no such pair."""

import copy

import torch
from torch import nn


def mlp(i, o):
    return nn.Sequential(nn.Linear(i, 32), nn.ReLU(), nn.Linear(32, o))


def soft_update(source, target, tau):
    for s, t in zip(source.parameters(), target.parameters()):
        t.data.copy_(tau * s.data + (1.0 - tau) * t.data)


class Loaded:
    def __init__(self, obs, act):
        self.actor = mlp(obs, act)
        self.actor_target = mlp(obs, act)
        self.actor_target.load_state_dict(self.actor.state_dict())

    def learn(self):
        soft_update(self.actor, self.actor_target, 0.005)


class DeepCopied:
    def __init__(self, obs, act):
        self.actor = mlp(obs, act)
        self.actor_target = copy.deepcopy(self.actor)

    def learn(self):
        soft_update(self.actor, self.actor_target, 0.005)


class RateOne:
    """An update with the rate 1 is a copy."""

    def __init__(self, obs, act):
        self.actor = mlp(obs, act)
        self.actor_target = mlp(obs, act)

    def start(self):
        soft_update(self.actor, self.actor_target, 1.0)

    def learn(self):
        soft_update(self.actor, self.actor_target, 0.005)


class UpdatedAtOnce:
    """The constructor calls the update with the rate that it is given."""

    def __init__(self, obs, act, first=1.0):
        self.actor = mlp(obs, act)
        self.actor_target = mlp(obs, act)
        self.update_target(first)

    def update_target(self, tau):
        soft_update(self.actor, self.actor_target, tau)


class CopiedInALoop(nn.Module):
    def __init__(self, obs, act):
        super().__init__()
        self.encoder = mlp(obs, act)
        self.encoder_target = mlp(obs, act)
        for s, t in zip(self.encoder.parameters(), self.encoder_target.parameters()):
            t.data.copy_(s.data)
            t.requires_grad = False

    @torch.no_grad()
    def momentum_update(self, m=0.99):
        for s, t in zip(self.encoder.parameters(), self.encoder_target.parameters()):
            t.data = t.data * m + s.data * (1 - m)


class Seeded:
    """Both are drawn with the same seed, so they start equal."""

    def __init__(self, obs, act, seed=0):
        self.local = SeededNet(obs, act, seed)
        self.target = SeededNet(obs, act, seed)
        self.q_local = SeededNet(obs, act, seed)
        self.q_target = SeededNet(obs, act, seed)

    def learn(self):
        soft_update(self.q_local, self.q_target, 1e-3)


class SeededNet(nn.Module):
    def __init__(self, obs, act, seed):
        super().__init__()
        torch.manual_seed(seed)
        self.fc = nn.Linear(obs, act)

    def forward(self, x):
        return self.fc(x)


class OtherNetwork:
    """Built differently: no copy was meant."""

    def __init__(self, obs, act):
        self.predictor = mlp(obs, act)
        self.predictor_target = mlp(obs, 2 * act)

    def loss(self, x):
        return (self.predictor(x) - self.predictor_target(x)[:, :2]).square().mean()


class RandomTarget:
    """A fixed random target: nothing moves it."""

    def __init__(self, obs, act):
        self.network = mlp(obs, act)
        self.network_target = mlp(obs, act)

    def loss(self, x):
        return (self.network(x) - self.network_target(x)).square().mean()


class HardUpdates:
    """Copied now and then, so also early."""

    def __init__(self, obs, act):
        self.q = mlp(obs, act)
        self.target_q = mlp(obs, act)

    def sync(self):
        for t, s in zip(self.target_q.parameters(), self.q.parameters()):
            t.data.copy_(s.data)


class CopiedByTheCaller:
    """`train` below copies."""

    def __init__(self, obs, act):
        self.value = mlp(obs, act)
        self.value_target = mlp(obs, act)

    def learn(self):
        soft_update(self.value, self.value_target, 0.005)


def train(agent):
    agent.value_target.load_state_dict(agent.value.state_dict())
    agent.learn()


class HandedOn:
    """What `transfer` does with both is not known."""

    def __init__(self, obs, act, transfer):
        self.value = mlp(obs, act)
        self.value_target = mlp(obs, act)
        transfer(self.value, self.value_target)

    def learn(self):
        soft_update(self.value, self.value_target, 0.005)


class CopiedInALoopOverPairs:
    def __init__(self, obs, act):
        self.actor, self.actor_target = mlp(obs, act), mlp(obs, act)
        self.critic, self.critic_target = mlp(obs, 1), mlp(obs, 1)
        for net, late in ((self.actor, self.actor_target), (self.critic, self.critic_target)):
            late.load_state_dict(net.state_dict())

    def learn(self):
        for net, late in ((self.actor, self.actor_target), (self.critic, self.critic_target)):
            soft_update(net, late, 0.005)


class CopiedByAList(nn.Module):
    """What is loaded are the same networks under another name."""

    def __init__(self, obs, act):
        super().__init__()
        self.actor, self.actor_target = mlp(obs, act), mlp(obs, act)
        self.nets = nn.ModuleList([self.actor])
        self.targets = nn.ModuleList([self.actor_target])
        self.targets.load_state_dict(self.nets.state_dict())

    def learn(self):
        soft_update(self.actor, self.actor_target, 0.005)


class OneIsRestored:
    """What the file that is loaded into `q` holds is not known: `q_target` may have been trained with it."""

    def __init__(self, obs, act, path):
        self.q, self.q_target = mlp(obs, act), mlp(obs, act)
        self.q.load_state_dict(torch.load(path))

    def learn(self):
        soft_update(self.q, self.q_target, 0.005)


class Projections(nn.Module):
    """Attention's `q` and `k` are no pair: nothing moves one to the other."""

    def __init__(self, width):
        super().__init__()
        self.proj_q = nn.Linear(width, width)
        self.proj_k = nn.Linear(width, width)

    def forward(self, x):
        return self.proj_q(x) @ self.proj_k(x).transpose(-2, -1)
