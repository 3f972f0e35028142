"""How votes became seats: the studies behind the packaged constants, and past seats scored."""
