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


class OneOfThree:
    """Two targets are copied, in a method that the constructor calls; the third is left out."""

    def __init__(self, obs, act):
        self.obs = obs
        self.build(obs, act)

    def build(self, obs, act):
        self.actor, self.actor_target = mlp(obs, act), mlp(obs, act)  # warning: [target-network-not-copied] "`actor_target`"
        self.one, self.one_target = mlp(self.obs, 1), mlp(self.obs, 1)
        self.two, self.two_target = mlp(obs, 1), mlp(obs, 1)
        self.one_target.load_state_dict(self.one.state_dict())
        self.two_target.load_state_dict(self.two.state_dict())

    def follow(self):
        for net, late in ((self.actor, self.actor_target), (self.one, self.one_target), (self.two, self.two_target)):
            for p, q in zip(net.parameters(), late.parameters()):
                q.data.lerp_(p.data, 0.005)


class Momentum(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder_q = encoder()
        self.encoder_k = encoder()  # warning: [target-network-not-copied] "`encoder_k` is built apart from `encoder_q`"

    def follow(self, m=0.999):
        for q, k in zip(self.encoder_q.parameters(), self.encoder_k.parameters()):
            k.data = k.data * m + q.data * (1 - m)


class Distilled(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.student = mlp(width, width)
        self.teacher = mlp(width, width)  # warning: [target-network-not-copied] "`teacher` is built apart from `student`"

    def follow(self, m=0.996):
        for s, t in zip(self.student.parameters(), self.teacher.parameters()):
            t.data.mul_(m).add_(s.data, alpha=1 - m)
