#!/usr/bin/env python3
"""The same queries put to other search engines: top ten by BM25 (k1 1.2, b 0.75) over given words, one thread, CPU time,
each query's best of three. One JSON line an engine, of the shape of `jiebang match speed --tokens given`.

  pip install tantivy bm25s numba pyterrier-pisa tbb numpy
  python3 Benchmarks/match_peers.py tantivy|bm25s|pisa CORPUS

tantivy and bm25s score every match; PISA's MaxScore leaves out what cannot reach the top."""
import json, os, resource, sys, tempfile, time

engine, corpus = sys.argv[1:3]
queries = [json.loads(line) for line in open(f'{corpus}/queries.jsonl', encoding='utf8')]
scratch = tempfile.TemporaryDirectory()
home = scratch.name

def texts():
    for line in open(f'{corpus}/docs.tsv', encoding='utf8'): yield line.rstrip('\n').split('\t', 1)[1]

def tantivy():
    import tantivy as t
    builder = t.SchemaBuilder()
    builder.add_text_field('text', stored=False, tokenizer_name='spaces', index_option='freq')
    schema = builder.build()
    index = t.Index(schema, path=home)
    index.register_tokenizer('spaces', t.TextAnalyzerBuilder(t.Tokenizer.whitespace()).build())
    writer = index.writer(heap_size=1_000_000_000, num_threads=1)
    for text in texts(): writer.add_document(t.Document(text=text))
    writer.commit(); writer.wait_merging_threads(); index.reload()
    searcher = index.searcher()
    prepare = lambda words: t.Query.boolean_query(
        [(t.Occur.Should, t.Query.term_query(schema, 'text', word, 'freq')) for word in words])
    return prepare, lambda query: searcher.search(query, 10, count=False)

def bm25s():
    import bm25s as b
    numbers = {}
    ids = [[numbers.setdefault(word, len(numbers)) for word in text.split()] for text in texts()]
    ranker = b.BM25(method='lucene', k1=1.2, b=.75)
    ranker.index((ids, numbers), show_progress=False)
    ranker.save(home); ranker.activate_numba_scorer()
    prepare = lambda words: [[word for word in words if word in numbers]]
    run = lambda query: ranker.retrieve(query, k=10, show_progress=False, n_threads=0, backend_selection='numba')
    run(prepare(queries[0]['tok']))
    return prepare, run

def pisa():
    import glob, importlib.util
    import numpy as np
    library = glob.glob(os.path.join(sys.prefix, 'lib/python3*/site-packages/pyterrier_pisa/_pisathon*.so'))[0]
    spec = importlib.util.spec_from_file_location('_pisathon', library)
    p = importlib.util.module_from_spec(spec); spec.loader.exec_module(p)
    getattr(p, 'log_level', lambda level: 0)(0)
    numbers, lists, sizes = {}, [], []
    for document, text in enumerate(texts()):
        counts = {}
        words = text.split()
        for word in words: counts[word] = counts.get(word, 0) + 1
        sizes.append(len(words))
        for word, times in counts.items():
            number = numbers.setdefault(word, len(numbers))
            if number == len(lists): lists.append(([], []))
            lists[number][0].append(document); lists[number][1].append(times)
    name = lambda number: 'w%07x' % number
    block = lambda values: np.array([len(values), *values], dtype=np.uint32).tobytes()
    with open(f'{home}/inv.docs', 'wb') as docs, open(f'{home}/inv.freqs', 'wb') as freqs:
        docs.write(np.array([1, len(sizes)], dtype=np.uint32).tobytes())
        for documents, times in lists: docs.write(block(documents)); freqs.write(block(times))
    open(f'{home}/inv.sizes', 'wb').write(block(sizes))
    for kind, names in (('term', map(name, range(len(lists)))), ('doc', map(str, range(len(sizes))))):
        path = f'{home}/fwd.{"terms" if kind == "term" else "documents"}'
        open(path, 'w').write('\n'.join(names) + '\n'); p.build_binlex(path, f'{home}/fwd.{kind}lex')
    open(f'{home}/nostop', 'w').close()
    context = p.RetrievalContext()
    p.prepare_index(context, home, 'block_simdbp', 'bm25', '', bm25_k1=1.2, bm25_b=.75, quantize=0, stop_fname=f'{home}/nostop')
    out = dict(result_qidxs=np.empty(10, np.int32), result_docnos=np.empty(10, object),
               result_ranks=np.empty(10, np.int32), result_scores=np.empty(10, np.float32))
    prepare = lambda words: {name(numbers[word]): 1.0 for word in words if word in numbers}
    return prepare, lambda query: p.retrieve(
        context, 'maxscore', [(0, query)], k=10, threads=1, query_weighted=0, pretokenised=True, **out)

began = time.process_time()
prepare, run = dict(tantivy=tantivy, bm25s=bm25s, pisa=pisa)[engine]()
built = time.process_time() - began
size = sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(home) for name in names)

def best(words):
    query, least = prepare(words), float('inf')
    if not query: return 0
    for _ in range(3):
        start = time.process_time(); run(query); least = min(least, time.process_time() - start)
    return least * 1000

result = {}
for kind in dict.fromkeys(query['cls'] for query in queries):
    times = sorted([best(query['tok']) for query in queries if query['cls'] == kind][:100])
    result[kind] = {f'p{n}': round(times[min(len(times) - 1, len(times) * n // 100)], 3) for n in (50, 95, 99)}
print(json.dumps({'engine': engine, 'build_cpu_s': round(built, 2), 'index_bytes': size, 'query_cpu_ms': result,
                  'peak_mb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}), flush=True)
