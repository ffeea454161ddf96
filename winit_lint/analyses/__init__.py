"""Facts about a model that more than one rule needs: functions ``(Model) -> frozen result`` that report nothing."""
