"""The list a parameter node hands out: every change is written back."""

import collections.abc


class ObservedList(collections.abc.MutableSequence):
    """A sequence that is not a ``list``: ``+`` and ``*`` are refused, changes go to the node."""

    def __init__(self, node, storage, name, values):
        self._node, self._storage, self._name, self._values = node, storage, name, values

    def _save(self):
        try:
            self._storage.write(self._node, self._name, self._values)
        finally:
            self._values = self._storage.read(self._node, self._name)._values

    def __repr__(self):
        return f"ObservedList({self._values})"

    def __eq__(self, other):
        return self._values == (other._values if isinstance(other, ObservedList) else other)

    __hash__ = None

    def __len__(self):
        return len(self._values)

    def __getitem__(self, index):
        return self._values[index]

    def __setitem__(self, index, value):
        self._values[index] = value
        self._save()

    def __delitem__(self, index):
        del self._values[index]
        self._save()

    def insert(self, index, value):
        self._values.insert(index, value)
        self._save()

    def __add__(self, other):
        raise NotImplementedError("Adding an ObservedList is not supported. However, += is supported.")

    __radd__ = __add__
