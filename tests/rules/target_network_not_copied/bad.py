"""Targets that start on their own."""

import torch
from torch import nn, optim


def mlp(i, o):
    return nn.Sequential(nn.Linear(i, 32), nn.ReLU(), nn.Linear(32, o))


def soft_update(source, target, tau):
    for s, t in zip(source.parameters(), target.parameters()):
        t.data.copy_(tau * s.data + (1.0 - tau) * t.data)


class Ddpg:
    def __init__(self, obs=4, act=2, lr=1e-3, tau=0.005):
        self.actor = mlp(obs, act)
        self.actor_target = mlp(obs, act)  # warning: [target-network-not-copied] "`actor_target` is built apart from `actor`.*half of the difference is left after ln 2 / tau"
        self.tau = tau
        self.optimizer = optim.Adam(self.actor.parameters(), lr)

    def step(self):
        for t, s in zip(self.actor_target.parameters(), self.actor.parameters()):
            t.data.mul_(1 - self.tau).add_(s.data, alpha=self.tau)


class Dqn:
    def __init__(self, states, actions, device="cpu"):
        self.qnetwork_local = mlp(states, actions).to(device)
        self.qnetwork_target = mlp(states, actions).to(device)  # warning: [target-network-not-copied] "never copied from it"

    def learn(self):
        soft_update(self.qnetwork_local, self.qnetwork_target, 1e-3)


class TwoPairs(nn.Module):
    def __init__(self, obs, act):
        super().__init__()
        self.policy = mlp(obs, act)
        self.target_policy = mlp(obs, act)  # warning: [target-network-not-copied] "`target_policy`"
        self.critic = mlp(obs + act, 1)
        self.critic_targ = mlp(obs + act, 1)  # warning: [target-network-not-copied] "`critic_targ`"

    def polyak_update(self, source, target, rate):
        with torch.no_grad():
            for s, t in zip(source.parameters(), target.parameters()):
                t.mul_(1 - rate).add_(rate * s)

    def learn(self):
        self.polyak_update(self.policy, self.target_policy, 0.01)
        self.polyak_update(self.critic, self.critic_targ, 0.01)


class FromABase(Ddpg):
    def __init__(self, obs=4, act=2):
        self.value = mlp(obs, 1)
        self.value_target = mlp(obs, 1)  # missed: [target-network-not-copied] the base class may copy it

    def learn(self):
        soft_update(self.value, self.value_target, 0.01)
