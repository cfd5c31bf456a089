#!/usr/bin/env python3
"""nDCG@10 and recall@100 of a TREC run: ndcg.py QRELS RUN. Gains are the grades; queries without a relevant document are left out."""
import collections, json, math, sys

grades, ranked = collections.defaultdict(dict), collections.defaultdict(list)
for line in open(sys.argv[1], encoding='utf8'):
    query, _, document, grade = line.split()
    grades[query][document] = int(grade)
for line in open(sys.argv[2], encoding='utf8'):
    query, _, document, *_ = line.split()
    ranked[query].append(document)
ndcg, recall = [], []
for query, judged in grades.items():
    best = sorted((grade for grade in judged.values() if grade > 0), reverse=True)
    if not best: continue
    gain = lambda values: sum(value / math.log2(place + 2) for place, value in enumerate(values))
    ndcg.append(gain(max(0, judged.get(d, 0)) for d in ranked[query][:10]) / gain(best[:10]))
    recall.append(sum(judged.get(d, 0) > 0 for d in ranked[query][:100]) / len(best))
mean = lambda values: round(sum(values) / max(1, len(values)), 4)
print(json.dumps({'queries': len(ndcg), 'ndcg_10': mean(ndcg), 'recall_100': mean(recall)}))
