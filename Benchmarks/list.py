#!/usr/bin/env python3
"""Writes an achievement list of N invented rows to standard output: list.py N"""
import csv, random, sys

fields = [f"{n:02d}" for n in range(1, 12)]
words = ["轴承", "电池", "罗汉果", "传感器", "废水", "铝合金", "柑橘", "催化剂", "图像识别", "机床", "疫苗", "复合材料", "稀土", "控制", "检测", "提取"]
random.seed(7)
out = csv.writer(sys.stdout)
out.writerow("external_id title holder holder_kind region field keywords trl transfer_modes price summary origin source".split())
for n in range(int(sys.argv[1])):
    three = random.sample(words, 3)
    out.writerow([f"B{n:07d}", f"{three[0]}{three[1]}{three[2]}技术 {n}", f"示例单位{n % 200:03d}", "university", "450300", random.choice(fields),
                  ";".join(three), random.randint(1, 9), "licence;transfer", f"{random.randint(1, 500)}0000.00",
                  f"用于{three[0]}与{three[1]}的{three[2]}方法,虚构示例", "constructed", "constructed: benchmark"])
