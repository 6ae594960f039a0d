# The real file makes the package configuration; there is nothing to check here.
