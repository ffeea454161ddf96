"""Models of transformers whose layers `_init_weights` never sees."""

from torch import nn
from transformers import BertModel, BertPreTrainedModel, PreTrainedModel


class Forgotten(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.embed = nn.Embedding(100, 16)  # warning: [missing-post-init] "`Forgotten.embed.weight` .and `Forgotten.classifier.weight`. keeps torch's default .*does not call"
        self.classifier = nn.Linear(16, 2)

    def _init_weights(self, module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.normal_(module.weight, std=0.02)


class OnBert(BertPreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.bert = BertModel(config)
        self.classifier = nn.Linear(16, 2)  # warning: [missing-post-init] "std 0.144.*AttributeError in transformers 5"


class Sometimes(PreTrainedModel):
    def __init__(self, config, pretrained=False):
        super().__init__(config)
        self.classifier = nn.Linear(16, 2)  # warning: [missing-post-init] "does not call"
        if not pretrained:
            return
        self.post_init()


class Whole(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.body = nn.Linear(16, 16)
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)


class WithAHead(Whole):
    """The parent's call comes before the new layer is there."""

    def __init__(self, config):
        super().__init__(config)
        self.head = nn.Linear(16, 2)  # warning: [missing-post-init] "`WithAHead.head.weight` keeps .*added after the last"


class TooEarly(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.body = nn.Linear(16, 16)
        self.post_init()
        self.head = nn.Linear(16, 2)  # warning: [missing-post-init] "added after the last `post_init..`"

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
