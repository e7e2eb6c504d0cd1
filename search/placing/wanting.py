"""Whom to look for where a node is empty: the words and codes by which an index of companies is asked."""

from search.interface import Wanted
from search.placing.known import Node
from search.placing.library import Library
from search.placing.wordlist import folded

# A code of four digits is an industry; what shares only three makes something akin.
_AKIN = 0.3
# Of the firms of an industry so many more than of all firms carry words of the node before it is asked for.
_ENOUGH_FELLOWS = 0.1


def wanted_by(node: Node, library: Library) -> Wanted:
    """What an index can be asked for, before the judge weighs what it finds: the words of the node and the
    names of its industries, by which registers word what a company does; its codes, and those whose firms
    make what it is about.
    """
    words = dict.fromkeys(map(folded, (*node.keywords, *node.products, *node.industries)), 1.0)
    codes = {code[:-1]: _AKIN for code in node.codes}
    for code, key in library.together:
        if key == node.key and (share := library.fellows(code, key, but=False)) >= _ENOUGH_FELLOWS:
            codes[code] = share
    codes |= dict.fromkeys(node.codes, 1.0)
    return Wanted(tuple(words.items()), tuple(codes.items()))
