# shellcheck shell=bash
# Answers that stand in a table of their own.

# The same samples in one table and in two: both.csv; x.csv and y.csv.
need_tables() {
    awk 'BEGIN {
        print "a,b,kind,size,note"
        for (i = 0; i < 40; i++)
            printf "%d,%.2f,%s,%d,n%d\n", i % 13, i * 7 % 5 / 4,
                i % 3 ? "red" : "blue", i * i % 17, i
    }' >both.csv
    cut -d, -f1,2 both.csv >x.csv
    cut -d, -f3- both.csv >y.csv
    cat >one.yaml <<'END'
data:
  train: {csv: both.csv, label_column: kind, columns: [a, b]}
  split: {eval_size: 0.25}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {max_epochs: 3, learning_rate: 0.1}
END
    sed 's/{csv: both.csv, label_column: kind, columns: .*}/{csv: x.csv, targets: y.csv}/' \
        one.yaml >two.yaml
    cat >real.yaml <<'END'
data:
  train: {csv: both.csv, target_columns: [size, a], columns: [b]}
layers:
  - input: {shape: [1]}
  - dense: {num_units: 2}
train: {max_epochs: 3, learning_rate: 0.01, regression: true}
END
}

expect_same_weights() { # MODEL MODEL
    run checkpoint diff "$1" "$2"
    expect_no_line stdout '^[^m]|^metadata (history|normalization|classes|data_fingerprint|split|targets)'
}

test_labels_in_a_second_table() {
    need_tables
    run fit one.yaml -q -o one.st
    expect_status 0
    run fit two.yaml -q -o two.st
    expect_status 0
    expect_no_stderr
    expect_same_weights one.st two.st
    run fit two.yaml -q -o named.st -s data.train.label_column=kind
    expect_same_weights one.st named.st
    run fit two.yaml -q -o last.st -s data.train.label_column=-3
    expect_same_weights one.st last.st
    run config show two.yaml
    expect_line stdout '^  train: \{csv: x\.csv, targets: y\.csv, label_column: .?0'
    # Without headers, packed, from a pipe.
    tail -n +2 x.csv | gzip >hx.csv.gz
    tail -n +2 y.csv | gzip >hy.csv.gz
    run fit two.yaml -q -o bare.st -s data.train.csv=hx.csv.gz \
        -s data.train.targets=hy.csv.gz -s data.train.header=false
    expect_status 0
    expect_same_weights one.st bare.st
    run fit two.yaml -q -o pipe.st -s 'data.train.targets="-"' <y.csv
    expect_status 0
    expect_same_weights one.st pipe.st
    run fit two.yaml -q -o n.st -s 'data.train.csv="-"' -s 'data.train.targets="-"' <x.csv
    expect_error 78 'data\.train: standard input can be read only once, and this source has read it$'
    run checkpoint verify two.st
    expect_status 0
}

test_targets_in_a_second_table() {
    need_tables
    cut -d, -f4,1 both.csv | awk -F, -v OFS=, '{print $2, $1}' >t.csv
    cut -d, -f2 both.csv >b.csv
    run fit real.yaml -q -o one.st
    expect_status 0
    run fit real.yaml -q -o two.st \
        -s 'data.train={csv: b.csv, targets: t.csv, target_columns: [size, a]}'
    expect_status 0
    expect_same_weights one.st two.st
    run evaluate two.st --csv b.csv --targets t.csv --predictions p.csv
    expect_status 0
    expect_line p.csv '^row,size,size_predicted,a,a_predicted$'
    # Without target_columns it is the first column.
    run fit real.yaml -q -o first.st -s 'data.train={csv: b.csv, targets: t.csv}' \
        -s layers.dense1.num_units=1
    expect_status 0
    run fit real.yaml -q -o want.st -s 'data.train.target_columns=[size]' \
        -s layers.dense1.num_units=1
    expect_same_weights first.st want.st
    # Several labels, of which there are columns.
    awk -F, 'NR == 1 {print "p,q"; next} {print NR % 2 "," (NR % 3 == 0)}' both.csv >l.csv
    run fit real.yaml -q -o l.st -s train.regression=false \
        -s 'data.train={csv: b.csv, targets: l.csv, label_columns: [p, q]}' \
        -s layers.dense1.nonlinearity=sigmoid
    expect_status 0
    run evaluate l.st --csv b.csv --targets l.csv --json
    expect_status 0
    expect_line stdout '"label": "q"'
}

# What a table of answers calls its columns is known from then on.
test_answers_are_matched_by_name() {
    need_tables
    run fit two.yaml -q -o two.st
    run evaluate two.st --csv x.csv --targets y.csv --json
    expect_status 0
    cp stdout want
    awk -F, -v OFS=, '{print $3, $2, $1}' y.csv >turned.csv
    run evaluate two.st --csv x.csv --targets turned.csv --json
    expect_same stdout want
    run evaluate two.st --csv both.csv --pass size,note --predictions p.csv --json
    expect_same stdout want
    run evaluate two.st two.yaml -s 'data.test={csv: x.csv, targets: turned.csv}' --json
    expect_same stdout want
    run evaluate two.st --csv x.csv
    expect_error 78 "^x\.csv: error: the header has no column 'kind' \(label_column\)$"
    sed '1s/kind/sort/' y.csv >other.csv
    run evaluate two.st --csv x.csv --targets other.csv
    expect_error 78 "^other\.csv: error: the header has no column 'kind' \(label_column\)$"
    # The run goes on by name.
    run fit two.yaml -q -o whole.st --epochs 6
    run fit two.yaml -q -o part.st --epochs 2
    run fit two.yaml -q -o part.st --resume --epochs 6 -s data.train.targets=turned.csv
    expect_status 0
    expect_same_weights part.st whole.st
    run predict two.st x.csv
    expect_status 0
    expect_line_count stdout 40
}

test_tables_of_other_lengths() {
    need_tables
    head -n 30 y.csv >short.csv
    run fit two.yaml -q -o n.st -s data.train.targets=short.csv
    expect_error 65 '^x\.csv: error: has 40 rows, but short\.csv has 29; '
    run fit two.yaml -q -o n.st -s data.train.csv=short.csv -s 'data.train.columns=[size]' \
        -s 'layers.input0.shape=[1]'
    expect_error 65 '^short\.csv: error: has 29 rows, but y\.csv has 40; '
    # Labels without a header, which no rule can tell from one.
    cut -d, -f1 y.csv | tail -n +2 >words.csv
    run fit two.yaml -q -o n.st -s data.train.targets=words.csv
    expect_error 65 '^x\.csv: error: has 40 rows, but words\.csv has 39; a first row without a number is a header, unless header is false$'
    expect_no_file n.st
    sed '7s/^[a-z]*,/,/' y.csv >hole.csv
    run fit two.yaml -q -o n.st -s data.train.targets=hole.csv
    expect_error 65 '^hole\.csv:7:1: error: the label is empty$'
    run fit two.yaml -q -o n.st -s data.train.targets=absent.csv
    expect_error 66 '^absent\.csv: error: '
    run data stats --targets y.csv
    expect_error 64 '\-\-targets: needs --csv'
}

test_two_tables_become_one() {
    need_tables
    run data convert two.yaml -o joined.csv
    expect_status 0
    cut -d, -f1-3 both.csv >want
    awk -F, -v OFS=, 'NR > 1 {$2 += 0} {print}' want >want.csv
    expect_same joined.csv want.csv
    tail -n +2 y.csv >hy.csv
    run data stats --csv x.csv --targets y.csv --json
    expect_line stdout '"red": 26'
}

test_a_table_of_targets_without_effect() {
    need_tables
    run config check real.yaml -s train.targets=inputs \
        -s 'data.train={csv: x.csv, targets: y.csv}' -s 'layers.input0.shape=[2]'
    expect_error 78 'data\.train\.targets: has no effect beside train\.targets: inputs$'
    run config check one.yaml -s 'data.train={images: x, labels: y, targets: z}'
    expect_error 78 'data\.train\.targets: has no effect, the source is images$'
}
