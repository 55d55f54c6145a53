# shellcheck shell=bash
# data check: what silently ruins a run.

# 30 images of 3x3, no two alike: rows "class,nine numbers" of a.csv; ten
# others: t.csv.
need_images() {
    awk 'BEGIN {for (i = 0; i < 40; i++) {
        printf "%s", i % 3 ? "cat" : "dog"
        for (k = 0; k < 9; k++) printf ",%d", (i * 37 + k * k * 11 + i * k) % 251
        print ""}}' >all.csv
    head -n 30 all.csv >a.csv
    tail -n 10 all.csv >t.csv
    cat >c.yaml <<'END'
data:
  train: {csv: a.csv}
  test: {csv: t.csv}
  split: {eval_size: 0.2, shuffle: false}
layers:
  - input: {shape: [1, 3, 3]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {max_epochs: 1, learning_rate: 0.1}
END
}

# What a row of a JSON finding says: "KIND PART SAMPLES", a line each.
findings() {
    { tr -d ' \n' <stdout && echo; } | sed 's/{"kind":"/\n/g' | sed '1d' |
        sed -E 's/^([a-z_]+)","part":"([a-z]+)","samples":\[([0-9,]*)\].*/\1 \2 \3/'
}

test_sound_data() {
    need_images
    run data check c.yaml
    expect_status 0
    expect_no_stderr
    # 10 dogs and 20 cats, of which 2 and 4 validate.
    expect_stdout 'class_weights: {cat: 0.75, dog: 1.5}'
    run fit c.yaml -q -o m.st -s 'train.class_weights={cat: 0.75, dog: 1.5}'
    run fit c.yaml -q -o n.st -s train.class_weights=balanced
    run checkpoint diff m.st n.st
    expect_stdout 'metadata config differs'
    run data check c.yaml --json
    expect_status 0
    tr -d ' \n' <stdout >got
    printf '{"findings":[],"class_weights":{"cat":0.75,"dog":1.5}}' >want
    expect_same got want
}

test_doubles_inside_and_across() {
    need_images
    # Numbers count, not how they are written.
    sed -n '26s/,\([0-9]*\)/,\1.0/p' a.csv >>a.csv
    sed -n '29s/^cat/dog/p' a.csv >dog.csv
    sed -n '29p' a.csv | cat dog.csv - >>a.csv
    sed -n '1p; 29p' a.csv >>t.csv
    run data check c.yaml --json
    expect_status 1
    findings >got
    # Of 12 dogs the first three validate, of 21 cats the first five:
    # samples 0 3 6 and 1 2 4 5 7.
    printf '%s\n' 'duplicate train 30,31,32' 'duplicate_across test 11' \
        'duplicate_across test 10' >want
    expect_same got want
    run data check c.yaml
    expect_status 1
    expect_no_stderr
    expect_line stdout '^train: duplicate: 3 samples stand there before, 1 with another label: 30 31 32$'
    expect_line stdout '^test: duplicate_across: 1 sample is in train too: 11$'
    expect_line stdout '^test: duplicate_across: 1 sample is in valid too: 10$'
    expect_line stdout '^class_weights: '
    # One file, one part.
    cat a.csv t.csv >joined.csv
    run data check --csv joined.csv
    expect_status 1
    expect_line stdout '^all: duplicate: 5 samples stand there before, 1 with another label: 30 31 32 43 44$'
    run data check --csv - <joined.csv
    expect_status 1
    expect_line stdout '^all: duplicate: 5 samples'
}

test_a_rare_class() {
    need_images
    echo owl,1,2,3,4,5,6,7,8,9 >>a.csv
    run data check c.yaml -s 'layers.dense1.num_units=3' --json
    expect_status 1
    findings >got
    echo 'rare_class train 30' >want
    expect_same got want
    run data check c.yaml -s 'layers.dense1.num_units=3'
    expect_line stdout "^train: rare_class: class 'owl' has 1 sample: 30\$"
    run data check --csv a.csv
    expect_status 1
    expect_stdout "all: rare_class: class 'owl' has 1 sample: 30" \
        'class_weights: {cat: 0.5166666666666667, dog: 1.0333333333333334, owl: 10.333333333333334}'
    # What is not there is balanced by no weight.
    run data check --source '{csv: a.csv, limit: 1}'
    expect_status 1
    expect_line stdout "^all: rare_class: class 'owl' has no sample\$"
    expect_no_line stdout class_weights
    run data check --source '{csv: a.csv, limit: 1}' --json
    expect_no_line stdout class_weights
    # Labels of which a sample may have several.
    awk 'BEGIN {print "x,p,q,r"; for (i = 0; i < 9; i++)
        print i "," i % 2 "," (i == 4) "," 0}' >l.csv
    cat >l.yaml <<'END'
data: {train: {csv: l.csv, label_columns: [p, q, r]}}
layers: [input: {shape: [1]}, dense: {num_units: 3, nonlinearity: sigmoid}]
END
    run data check l.yaml
    expect_status 1
    expect_stdout "train: rare_class: label 'q' has 1 sample: 4" \
        "train: rare_class: label 'r' has no sample"
}

test_images_of_one_value() {
    need_images
    echo dog,7,7,7,7,7,7,7,7,7 >>a.csv
    echo cat,0,0,0,0,0,0,0,0,0 >>t.csv
    run data check c.yaml
    expect_status 1
    expect_line stdout '^train: constant: 1 sample is one value all over: 30$'
    expect_line stdout '^test: constant: 1 sample is one value all over: 10$'
    # A row of a table is no image.
    run data check --csv a.csv
    expect_status 0
}

test_parts_of_other_ranges() {
    need_images
    awk -F, -v OFS=, '{for (i = 2; i <= NF; i++) $i /= 255; print}' t.csv >scaled.csv
    run data check c.yaml -s data.test.csv=scaled.csv
    expect_status 1
    expect_line stdout '^test: range: its largest \|x\| is 0\.9[0-9]*, that of train 248: is one of them scaled\?$'
    run data check c.yaml -s data.test.csv=scaled.csv --json
    findings >got
    echo 'range test ' >want
    expect_same got want
    # Ten times is not over ten times.
    sed 's/,[0-9]*/,25/' t.csv | awk -F, -v OFS=, '{for (i = 2; i <= NF; i++) $i %= 26; $2 = 25; $3 = NR; print}' >tenth.csv
    run data check c.yaml -s data.test.csv=tenth.csv
    expect_status 0
    # Negative ones count by their size, and missing ones not at all.
    awk -F, -v OFS=, '{$2 = -9999; $3 = "nan"; print}' t.csv >far.csv
    run data check c.yaml -s data.test.csv=far.csv -s data.missing=mean
    expect_status 1
    expect_line stdout '^test: range: its largest \|x\| is 9999, that of train 248: '
}

test_parts_that_are_cut_off() {
    need_images
    sed -n '2p' a.csv >>a.csv
    # The double of sample 1 stays with training, it validates.
    run data check c.yaml -s data.test=null -s data.split.test_size=0.2 --json
    expect_status 1
    findings >got
    echo 'duplicate_across test 1' >want
    sed -i 's/valid/test/' got
    expect_same got want
    awk '{print NR % 4 "," $0}' a.csv >g.csv
    run data check c.yaml -s 'data.train={csv: g.csv, label_column: 1, ignore: ["0"]}' \
        -s 'data.test=null' -s 'data.split={by: 0, eval_size: 0.3}'
    expect_status 1
}

test_sources_of_other_kinds() {
    need_digits
    run data check --images "$images" --labels "$labels"
    expect_status 0
    expect_line stdout '^class_weights: \{"?.?0'
    small_config small.yaml
    run data check small.yaml
    [ "$status" -le 1 ] || fail "status $status"
    run data check small.yaml --csv x.csv
    expect_error 64 'expected labelled samples'
    run data check --csv absent.csv
    expect_error 66 '^absent\.csv: error: '
    run data check --csv x.csv --split valid
    expect_error 64 'split'
    run data check --csv x.csv -s seed=1
    expect_error 64 '\-\-set: needs a CONFIG for keys other than data.resize, '
}

test_labels_that_paths_contradict() {
    mkdir -p l/cat l/DOG l/x l/7 l/concatenated
    awk 'BEGIN {for (i = 0; i < 12; i++) {
        f = sprintf("l/%d.pgm", i); printf "P2 2 1 255 %d 99\n", i >f}}'
    (cd l && mv 0.pgm cat/dog.3.pgm && mv 1.pgm cat/1.pgm && mv 2.pgm DOG/1.pgm &&
        mv 3.pgm DOG/3.pgm && mv 4.pgm x/my_Dog07.pgm && mv 5.pgm concatenated/5.pgm &&
        mv 6.pgm 7/6.pgm && mv 7.pgm x/7.pgm && mv 8.pgm x/dogma.pgm)
    # The first names both; the cat in DOG/ and the one in my_Dog07 do not
    # agree, nor does the dog of class 7's folder; a number in a name is none.
    printf '%s\n' cat/dog.3.pgm,cat cat/1.pgm,cat DOG/1.pgm,dog DOG/3.pgm,cat \
        x/my_Dog07.pgm,cat concatenated/5.pgm,dog 7/6.pgm,dog x/7.pgm,cat \
        x/dogma.pgm,cat 9.pgm,7 10.pgm,7 11.pgm,cat >l/l.csv
    run data check --source '{list: l/l.csv}' --json
    expect_status 1
    findings >got
    echo 'label_path all 3,4,6' >want
    expect_same got want
    run data check --source '{list: l/l.csv}'
    expect_status 1
    expect_line stdout "^all: label_path: 3 samples' paths name another class than the label, 'DOG/3.pgm' has 'cat': 3 4 6\$"
    # The folder that the list stands in says nothing; nor does that of a source
    # which has no other labels.
    mkdir -p 7/cat 7/dog && cp l/9.pgm l/10.pgm 7/cat && cp l/11.pgm l/x/7.pgm 7/dog
    printf '%s\n' cat/9.pgm,cat cat/10.pgm,cat dog/11.pgm,dog dog/7.pgm,dog >7/l.csv
    run data check --source '{list: 7/l.csv}'
    expect_status 0
    run data check --folder 7
    expect_status 65
    rm 7/l.csv
    run data check --folder 7
    expect_status 0
    # Part by part, the numbers those of its own source.
    sed -n '1,3p; 10,12p' l/l.csv >l/a.csv
    sed -n '2p; 4,5p' l/l.csv >l/b.csv
    cat >l.yaml <<'END'
data: {train: {list: l/a.csv}, test: {list: l/b.csv}, split: {eval_size: 0}}
layers: [input: {shape: [1, 1, 2]}, dense: {num_units: 3, nonlinearity: softmax}]
END
    run data check l.yaml --json
    expect_status 1
    findings >got
    expect_line got '^label_path test 1,2$'
}
