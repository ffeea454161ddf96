"""WI3: recurrent and orthogonal weights."""
