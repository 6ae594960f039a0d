"""The one error a user sees."""


class InputError(ValueError):
    """Input that cannot be used.

    Its text is one sentence for the person who gave the input: what was expected, what was got and in
    which file. The command line prints it and exits with 2; Slicer and the browser show it unchanged.
    """
