nothing to fill in
