#!/usr/bin/env python3
"""An invented corpus to measure the match engine's speed with: words of one to four Chinese characters, drawn by Zipf's law
and by topic. The same for everyone; it says nothing about quality.

  python3 Benchmarks/match_corpus.py FOLDER [DOCUMENTS]      default 300000

Writes FOLDER/docs.tsv (number, tab, words separated by spaces) and FOLDER/queries.jsonl (class and words)."""
import bisect, itertools, json, pathlib, random, sys

folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 300_000
draw = random.Random(15)
characters = [chr(0x4E00 + n) for n in range(0, 20_000, 6)]
weights = list(itertools.accumulate(1 / (n + 20) for n in range(len(characters))))
character = lambda: characters[bisect.bisect(weights, draw.random() * weights[-1])]
words = list(dict.fromkeys(''.join(character() for _ in range(draw.choice((1, 2, 2, 2, 2, 3, 4)))) for _ in range(150_000)))
zipf = list(itertools.accumulate(1 / (n + 8) for n in range(len(words))))
topics = [draw.sample(range(300, len(words)), 400) for _ in range(500)]

def text(length):
    topic = draw.choice(topics)
    for _ in range(length):
        if draw.random() < .35: yield words[topic[int(draw.random() ** 2 * len(topic))]]
        else: yield words[bisect.bisect(zipf, draw.random() * zipf[-1])]

folder.mkdir(parents=True, exist_ok=True)
with open(folder / 'docs.tsv', 'w', encoding='utf8') as out:
    for number in range(count):
        line = list(text(30 + int(draw.random() * 90)))
        if draw.random() < .25: line.append('x%d-%d' % (draw.random() ** 3 * 900, draw.random() * 9999))
        out.write(f'{number}\t{" ".join(line)}\n')
with open(folder / 'queries.jsonl', 'w', encoding='utf8') as out:
    for kind, least, most in (('short', 3, 10), ('medium', 7, 12), ('long', 18, 28), ('demand', 50, 90)):
        for _ in range(100):
            tokens = list(dict.fromkeys(text(draw.randint(least, most))))
            out.write(json.dumps({'cls': kind, 'tok': tokens}, ensure_ascii=False) + '\n')
