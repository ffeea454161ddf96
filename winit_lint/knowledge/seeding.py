"""What seeds torch's generator, and what makes the processes of a run start with the same weights."""

from __future__ import annotations

from typing import Final

SEEDERS: Final[frozenset[str]] = frozenset(
    (
        "torch.manual_seed",
        "torch.random.manual_seed",
        "torch.seed",
        "accelerate.utils.set_seed",
        "lightning.fabric.utilities.seed.seed_everything",
        "lightning.pytorch.seed_everything",
        "lightning.seed_everything",
        "pytorch_lightning.seed_everything",
        "pytorch_lightning.utilities.seed.seed_everything",
        "transformers.set_seed",
        "transformers.trainer_utils.set_seed",
    )
)
"""Functions that set the state of the default generator; those of CUDA alone leave weights drawn on the CPU alone."""

SEEDING_WORDS: Final = (
    "manual_seed",
    "seed_everything",
    "set_seed",
    "seed_all",
    "set_random_seed",
    "fix_seed",
    "seeding",
)
"""Words that show a call that may seed, whoever defines it."""

BROADCASTING_WORDS: Final = (
    "DistributedDataParallel",
    "DDP",
    "broadcast",
    "sync_module_states",
    "sync_params",
    "Accelerator",
    "accelerate",
    "deepspeed",
    "Trainer",
    "Fabric",
    "lightning",
    "horovod",
)
"""Words that show that something copies the weights of one process to the others."""

AVERAGING_WORDS: Final = ("all_reduce", "average_gradients", "reduce_scatter", "avg_grads", "mpi_avg")
"""Words that show gradients which are averaged by hand."""
