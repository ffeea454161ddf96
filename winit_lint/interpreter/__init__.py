"""The abstract interpreter for model code: Python source in, frozen models out. Alone knows libcst."""
