#!/usr/bin/env python3
"""The folding of compatibility forms and case that the match engine applies to single scalars.

  python3 Lexicon/tools/fold_table.py write     makes Sources/MatchEngine/Text/FoldTable.swift anew
  python3 Lexicon/tools/fold_table.py check     reads that file back and compares every scalar with unicodedata

A scalar folds to NFKC(casefold(NFKC(scalar))). Hangul syllables fold to themselves. White space inside a folded form is
written as U+005F: both end a term. The facts are those of the Unicode Character Database of the Python that runs this.
"""
import pathlib
import sys
import unicodedata

TARGET = pathlib.Path(__file__).resolve().parents[2] / 'Sources' / 'MatchEngine' / 'Text' / 'FoldTable.swift'
HEAD = '''/// How single scalars fold: NFKC, case folding, NFKC, by Unicode %s. Made by `Lexicon/tools/fold_table.py`.
///
/// Each line is one run of scalars, all numbers hexadecimal: `first count target` folds a row of neighbours to a row of
/// neighbours, `first count/2 target` every second one, and `first: form form …` spells each form, the scalars of one
/// joined by `+`.
enum FoldTable {
  static let runs = """
'''
TAIL = '''    """
}
'''


def fold(scalar):
    if 0xD800 <= scalar < 0xE000:
        return (scalar,)
    nfkc = lambda s: unicodedata.normalize('NFKC', s)
    folded = nfkc(nfkc(chr(scalar)).casefold())
    return tuple(0x5F if c.isspace() else ord(c) for c in folded) or (scalar,)


def changes():
    table = {}
    for scalar in range(0x80, 0x110000):
        form = fold(scalar)
        if form != (scalar,):
            table[scalar] = form
    return table


def lines(table):
    left = dict(table)
    runs = []
    for step in (1, 2):
        for scalar in sorted(left):
            if scalar not in left or len(left[scalar]) != 1:
                continue
            count = 0
            while left.get(scalar + count * step) == (left[scalar][0] + count * step,):
                count += 1
            if count >= 4:
                runs.append((scalar, '%X %X%s %X' % (scalar, count, '/2' if step == 2 else '', left[scalar][0])))
                for n in range(count):
                    del left[scalar + n * step]
    scalars = sorted(left)
    at = 0
    while at < len(scalars):
        first = scalars[at]
        text = '%X:' % first
        while at < len(scalars):
            word = ' ' + '+'.join('%X' % c for c in left[scalars[at]])
            if scalars[at] != first + text.count(' ') or len(text + word) > 112:
                break
            text += word
            at += 1
        runs.append((first, text))
    return [text for _, text in sorted(runs)]


def parse(text):
    table = {}
    body = text.split('"""')[1]
    for line in body.split('\n'):
        line = line.strip()
        if not line:
            continue
        if ':' in line:
            first, forms = line.split(':')
            for n, form in enumerate(forms.split()):
                table[int(first, 16) + n] = tuple(int(c, 16) for c in form.split('+'))
        else:
            first, count, target = line.split()
            step = 2 if count.endswith('/2') else 1
            for n in range(int(count.split('/')[0], 16)):
                table[int(first, 16) + n * step] = (int(target, 16) + n * step,)
    return table


def main():
    if sys.argv[1:] == ['write']:
        body = ''.join('    %s\n' % line for line in lines(changes()))
        TARGET.write_text(HEAD % unicodedata.unidata_version + body + TAIL, encoding='utf8')
        print('%s: %d scalars, %d bytes' % (TARGET.name, len(changes()), TARGET.stat().st_size))
    elif sys.argv[1:] == ['check']:
        held, wanted = parse(TARGET.read_text(encoding='utf8')), changes()
        wrong = [s for s in range(0x80, 0x110000) if held.get(s) != wanted.get(s)]
        print('%d scalars differ' % len(wrong), ['%X' % s for s in wrong[:10]] or '')
        sys.exit(1 if wrong else 0)
    else:
        sys.exit(__doc__)


main()
