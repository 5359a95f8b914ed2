"""One screen per module; `registry` names them."""
