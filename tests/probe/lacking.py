"""Needs what is not installed."""

import nothing_of_this_name

Net = nothing_of_this_name.Net
