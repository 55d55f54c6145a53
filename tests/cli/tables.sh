# shellcheck shell=bash
# Tables as people have them: columns by name, headers, text, sources that can
# be read once, what convert keeps.

# Models that learnt the same, whatever their documents say.
expect_same_weights() { # MODEL MODEL
    run checkpoint diff "$1" "$2"
    expect_no_line stdout '^[^m]|^metadata (history|normalization|classes)'
}

# Thirty flowers whose class can be told from any of the four columns.
flowers() { # FILE
    {
        echo 'sl,sw,pl,pw,species'
        for i in 1 2 3 4 5 6 7 8 9 11; do
            echo "5.$i,3.$i,1.$i,0.$i,setosa"
            echo "6.$i,2.$i,4.$i,1.$i,versicolor"
            echo "7.$i,1.$i,6.$i,2.$i,virginica"
        done
    } >"$1"
}

# The same with its columns in another order.
turned() { # FROM TO
    awk -F, -v OFS=, '{print $4, $3, $5, $2, $1}' "$1" >"$2"
}

need_flowers() {
    flowers iris.csv
    turned iris.csv turned.csv
    cat >iris.yaml <<'END'
data:
  train: {csv: iris.csv, label_column: species}
  test: {csv: turned.csv, label_column: species}
layers:
  - input: {shape: [4]}
  - dense: {num_units: 3, nonlinearity: softmax}
train: {max_epochs: 30, update: adam, learning_rate: 0.1}
END
    run fit iris.yaml -o iris.st
    expect_status 0
}

# need_ignored LABEL ID - a table without header whose columns of these numbers
# are the label and one that training ignores: t.csv, a model of it m.st, what
# it says of the rows, want, and $rows without label: bare.csv without the
# ignored column too, kept.csv with it.
need_ignored() {
    awk -v label="$1" -v id="$2" 'BEGIN {
        for (i = 0; i < 12; i++) {
            x = i % 2
            line = kept = bare = ""
            for (c = n = 0; c < 5; c++) {
                value = c == label ? x : c == id ? 1000 * i : 10 * x + i % 3 + n++
                line = line (c ? "," : "") value
                if (c != label)
                    kept = kept (kept == "" ? "" : ",") value
                if (c != label && c != id)
                    bare = bare (bare == "" ? "" : ",") value
            }
            print line >"t.csv"; print kept >"kept.csv"; print bare >"bare.csv"
        }
    }'
    cat >t.yaml <<END
data:
  train: {csv: t.csv, label_column: $3, ignore: ['$2']}
  split: {eval_size: 0}
layers:
  - input: {shape: [3]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {max_epochs: 5, learning_rate: 0.1}
END
    run fit t.yaml -q -o m.st --force
    expect_status 0
    run predict m.st bare.csv --proba
    expect_status 0
    cp stdout want
}

# Where the label and the ignored column stood among five.
test_rows_without_a_header_may_keep_ignored_columns() {
    for at in '0 1 0' '1 0 1' '4 2 -1' '2 4 2' '4 0 4'; do
        # shellcheck disable=SC2086 # three words
        need_ignored $at
        for rows in "kept.csv" "t.csv --labelled"; do
            # shellcheck disable=SC2086
            run predict m.st --proba $rows
            expect_status 0
            expect_no_stderr
            expect_same stdout want
        done
    done
    # It can be passed, then it is no other column that is.
    run predict m.st --proba --pass 0 kept.csv
    expect_status 0
    cut -d, -f2- stdout >got
    expect_same got want
    cut -d, -f1 stdout | tail -n +2 >got
    cut -d, -f1 kept.csv >ids
    expect_same got ids
    run predict m.st --proba --pass 3 kept.csv
    expect_error 78 "^kept.csv: error: rows have 4 cells, 1 more than the model's inputs: those that training ignored, of which 0 would be one, or those of --pass"
    sed 's/$/,5,6/' kept.csv >long.csv
    run predict m.st long.csv
    expect_error 65 '^long.csv:1:[0-9]+: error: row has 6 cells, expected 3'
}

# A model of three classes and 4x4 pixels, from rows without a header.
need_pixels() {
    awk 'BEGIN {for (i = 0; i < 30; i++) {
        printf "%d", i % 3
        for (k = 0; k < 16; k++) printf ",%d", (i * 7 + k * 5) % 50 + 80 * (i % 3)
        printf "\n"}}' >plain.csv
    cut -d, -f2- plain.csv >nolabel.csv
    cat >plain.yaml <<'END'
data: {train: {csv: plain.csv}}
layers:
  - input: {shape: [1, 4, 4]}
  - dense: {num_units: 3, nonlinearity: softmax}
train: {max_epochs: 10, update: adam, learning_rate: 0.05}
END
    run fit plain.yaml -o plain.st
    expect_status 0
}

test_columns_are_matched_by_name() {
    need_flowers
    run evaluate iris.st --csv iris.csv
    expect_status 0
    cp stdout straight
    run evaluate iris.st iris.yaml
    expect_status 0
    expect_no_stderr
    expect_same stdout straight
    run evaluate iris.st --csv turned.csv
    expect_same stdout straight
    # predict passes over the label, which it knows by name.
    run predict iris.st iris.csv
    expect_status 0
    cp stdout straight
    expect_line_count stdout 30
    run predict iris.st turned.csv
    expect_same stdout straight
    cut -d, -f1-4 iris.csv >four.csv
    run predict iris.st four.csv
    expect_no_stderr
    expect_same stdout straight
    # Without a header there are no names: said once.
    tail -n +2 four.csv >headless.csv
    run predict iris.st headless.csv headless.csv
    expect_stderr 'headless.csv: has no header: its columns are read by position' \
        'headless.csv: has no header: its columns are read by position'
    head -n 30 stdout >first
    expect_same first straight
}

test_columns_are_matched_in_valid_too() {
    need_flowers
    run fit iris.yaml -o a.st -s 'data.valid={csv: iris.csv, label_column: species}'
    expect_status 0
    run fit iris.yaml -o b.st -s 'data.valid={csv: turned.csv, label_column: species}'
    expect_status 0
    expect_same_weights a.st b.st
}

test_columns_that_are_missing_further_or_twice() {
    need_flowers
    cut -d, -f1-3 iris.csv >three.csv
    run predict iris.st three.csv
    expect_error 78 "^three\.csv: error: the header has no column 'pw' \(the model's inputs\)\$"
    sed '1s/$/,id/; 2,$s/$/,7/' iris.csv >further.csv
    run evaluate iris.st --csv further.csv
    expect_error 78 "^further\.csv: error: the model knows no column 'id'; ignore"
    sed '1s/$/,pw/; 2,$s/$/,7/' iris.csv >twice.csv
    run evaluate iris.st --csv twice.csv
    expect_error 65 "^twice\.csv: error: the header names 'pw' twice"
    run fit iris.yaml -o n.st -s data.train.csv=twice.csv
    expect_error 65 "^twice\.csv: error: the header names 'pw' twice"
    expect_no_file n.st
}

# A run goes on in the order that it was begun in.
test_resume_reads_columns_by_name() {
    need_flowers
    for label in species 4; do
        cp iris.csv run.csv
        sed "s/iris\.csv, label_column: species/run.csv, label_column: $label/" \
            iris.yaml >run.yaml
        run fit run.yaml -o whole.st --force --epochs 8
        expect_status 0
        run fit run.yaml -o half.st --force --epochs 4
        cp turned.csv run.csv
        cp half.st part.st
        run fit run.yaml -o part.st --resume --epochs 8
        expect_status 0
        expect_same part.st whole.st
    done
}

test_resume_names_columns_that_are_missing_or_further() {
    need_flowers
    run fit iris.yaml -o half.st --epochs 4
    sum=$(cksum <half.st)
    cut -d, -f1-3,5 iris.csv >three.csv
    run fit iris.yaml -o half.st --resume -s data.train.csv=three.csv \
        -s data.test=null
    expect_error 78 "^three\.csv: error: the header has no column 'pw' \(the model's inputs\)\$"
    sed '1s/$/,id/; 2,$s/$/,7/' turned.csv >further.csv
    run fit iris.yaml -o half.st --resume -s data.train.csv=further.csv \
        -s data.test=null
    expect_error 78 "^further\.csv: error: the model knows no column 'id'; ignore"
    # Keys that choose other columns are not passed over.
    run fit iris.yaml -o half.st --resume -s data.train.csv=further.csv \
        -s 'data.train.columns=[id, sl, sw, pl]' -s data.test=null
    expect_error 78 "^further\.csv: error: the model knows no column 'id'\$"
    [ "$(cksum <half.st)" = "$sum" ] || fail "the model was touched"
    # --force starts in the table's own order then.
    run fit iris.yaml -o plain.st --epochs 2 -s seed=7 \
        -s data.train.csv=turned.csv
    expect_status 0
    run fit iris.yaml -o half.st --resume --force --epochs 2 -s seed=7 \
        -s data.train.csv=turned.csv
    expect_line stderr 'half\.st cannot be resumed: starting'
    expect_same half.st plain.st
}

test_names_are_stored() {
    need_flowers
    tr -d '\\' <iris.st >header
    grep -qaF '"inputs":"{"columns":["sl","sw","pl","pw"],"label":"species"}"' header ||
        fail "the names are not in the header"
}

test_columns_and_ignore() {
    need_flowers
    sed '1s/^/id,/; 2,$s/^/17,/' iris.csv >ids.csv
    run fit iris.yaml -o ids.st -s data.train.csv=ids.csv -s 'data.train.ignore=[id]'
    expect_status 0
    expect_same_weights iris.st ids.st
    run evaluate ids.st --csv ids.csv
    expect_status 0
    run fit iris.yaml -o chosen.st -s data.train.csv=ids.csv -s 'data.train.columns=[1-4]'
    expect_status 0
    expect_same_weights iris.st chosen.st
    run fit iris.yaml -o pair.st -s 'data.train.columns=[pw, sl]' \
        -s 'layers.input0.shape=[2]'
    expect_status 0
    run predict pair.st turned.csv
    expect_status 0
    expect_line_count stdout 30
    run fit iris.yaml -o n.st -s 'data.train.columns=[pw]' -s 'data.train.ignore=[sl]'
    expect_error 78 'data\.train\.ignore: has no effect beside columns'
    run fit iris.yaml -o n.st -s 'data.train.columns=[species]'
    expect_error 78 '^--set #1: error: data\.train\.columns\[0\]: iris\.csv: columns names column 4, which is something else$'
}

test_convert_keeps_header_order_and_numbers() {
    need_flowers
    for table in iris turned; do
        run data convert iris.yaml -s data.train.csv=$table.csv -o $table.out.csv
        expect_status 0
        expect_same $table.csv $table.out.csv
    done
    run predict iris.st turned.out.csv --labelled
    expect_status 0
    cp stdout straight
    run predict iris.st iris.csv
    expect_same stdout straight
    # Targets are columns too.
    cat >targets.yaml <<'END'
data: {train: {csv: iris.csv, target_columns: [pl, pw], ignore: [species]}}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 2, nonlinearity: linear}
train: {regression: true, update: adam, learning_rate: 0.1, max_epochs: 1}
END
    run data convert targets.yaml -o -
    expect_status 0
    cut -d, -f1-4 iris.csv >four.csv
    expect_same stdout four.csv
}

test_settings_without_effect_are_refused() {
    need_pixels
    run data convert --csv plain.csv --images a --labels b -s nonsense=1
    expect_error 64 '^cnnctl data convert: error: --set: needs a CONFIG for keys other than data.resize, '
}

test_no_first_row_is_swallowed() {
    need_pixels
    sed '1s/^\([^,]*,[^,]*,[^,]*,\)[^,]*/\1/' nolabel.csv >bad.csv
    run predict plain.st bad.csv
    expect_error 65 '^bad\.csv:1:[0-9]+: error: cell is empty, expected a number; header: true .* header: skip '
    run predict plain.st nolabel.csv
    tail -n +2 stdout >rest
    run predict plain.st bad.csv --on-error=record
    expect_status 0
    expect_line_count stdout 30
    tail -n +2 stdout >got
    expect_same got rest
    [ -z "$(head -n 1 stdout)" ] || fail "the first record is not empty"
}

test_a_header_that_counts_is_one() {
    need_pixels
    note='the first row counts the columns: it is taken for a header'
    { seq -s, 0 16; cat plain.csv; } >counted.csv
    { seq -s, 0 15; cat nolabel.csv; } >counted_nolabel.csv
    run data stats --csv counted.csv
    expect_line stdout '^samples +30$'
    expect_stderr "counted.csv: $note"
    run fit plain.yaml -o counted.st -s data.train.csv=counted.csv
    expect_status 0
    expect_line stderr "^data\.train: $note\$"
    expect_same_weights plain.st counted.st
    run predict plain.st nolabel.csv
    cp stdout straight
    run predict plain.st counted_nolabel.csv
    expect_stderr "counted_nolabel.csv: $note"
    expect_same stdout straight
}

test_a_stored_header_rule_swallows_nothing() {
    need_pixels
    { echo "y,$(seq -s, -f p%g 0 15)"; cat plain.csv; } >named.csv
    run fit plain.yaml -o named.st -s data.train.csv=named.csv -s data.train.header=true
    expect_status 0
    head -n 1 nolabel.csv >one.csv
    run predict named.st one.csv
    expect_status 0
    expect_line_count stdout 1
    expect_stderr 'one.csv: has no header: its columns are read by position'
}

test_header_skip() {
    need_pixels
    { echo 'made by hand'; cat plain.csv; } >titled.csv
    run fit plain.yaml -o titled.st -s data.train.csv=titled.csv -s data.train.header=skip
    expect_status 0
    expect_same_weights plain.st titled.st
}

test_blanks_and_labels_that_are_numbers() {
    need_pixels
    sed 's/,/ , /g; s/^0 /0.0 /; s/^1 /1e0 /; s/$/ /' plain.csv >loose.csv
    run fit plain.yaml -o loose.st -s data.train.csv=loose.csv
    expect_status 0
    expect_same_weights plain.st loose.st
    awk -F, -v OFS=, '{first = $1; for (i = 1; i < NF; i++) $i = $(i + 1)
        $NF = first; print}' plain.csv >last.csv
    run fit plain.yaml -o last.st -s data.train.csv=last.csv -s data.train.label_column=-1
    expect_status 0
    expect_same_weights plain.st last.st
}

test_text_is_utf8() {
    need_pixels
    printf '%b' "$(sed -n '1s/^0/B\\0344r/p; 2s/^1/B\\0374r/p' plain.csv)\n" >latin.csv
    run fit plain.yaml -o n.st -s data.train.csv=latin.csv
    expect_error 65 '^latin\.csv:1:1: error: the label is no UTF-8 text$'
    expect_no_file n.st
}

test_the_delimiter_that_may_be_meant() {
    need_pixels
    tr , ';' <plain.csv >semi.csv
    run fit plain.yaml -o n.st -s data.train.csv=semi.csv
    expect_error 65 "^semi\.csv:1:2: error: row has one cell, expected ',' between cells; delimiter: \";\" may be meant\$"
    printf '"x\ny",1,2\n' >broken.csv
    run data stats --csv broken.csv
    expect_error 65 '^broken\.csv:1:1: error: the quote is not closed on its line$'
}

# Standard input under other names, a FIFO: read once, all of it.
test_sources_that_can_be_read_once() {
    need_pixels
    { head -n 10 plain.csv; sleep 1; tail -n +11 plain.csv; } |
        "$CNNCTL" fit plain.yaml -o pipe.st -q -s data.train.csv=/dev/stdin >/dev/null
    expect_same_weights plain.st pipe.st
    mkfifo fifo
    cat plain.csv >fifo &
    run fit plain.yaml -o fifo.st -s data.train.csv=fifo
    expect_status 0
    expect_same_weights plain.st fifo.st
    "$CNNCTL" data stats --csv <(cat plain.csv) >stats
    run data stats --csv plain.csv
    expect_same stats stdout
}

# A file sorted by what is to be learnt: by default every part has its share.
test_a_sorted_file_is_split_by_lot() {
    awk 'BEGIN {for (i = 0; i < 60; i++) printf "%d,%d,%d\n", i, i % 7, 2 * i}' >sorted.csv
    cat >sorted.yaml <<'END'
data: {train: {csv: sorted.csv, target_columns: [2]}}
layers: [input: {shape: [2]}, dense: {num_units: 1, nonlinearity: linear}]
train: {regression: true, learning_rate: 0.1}
END
    run data convert sorted.yaml --split valid -o -
    expect_line_count stdout 12
    [ "$(cut -d, -f1 stdout | sort -n | tail -n 1)" -gt 40 ] || fail "the last rows never validate"
    [ "$(cut -d, -f1 stdout | sort -n | head -n 1)" -lt 20 ] || fail "the first rows never validate"
    run data convert sorted.yaml --split valid -o - -s data.split.shuffle=false
    [ "$(tail -n 1 stdout | cut -d, -f1)" = 11 ] || fail "not the first rows"
}

test_show_is_scaled_to_the_range_of_the_data() {
    printf '%s\n' a,0,0,0,1,2 a,4,8,12,16,0 >dim.csv
    run data show --csv dim.csv --index 1
    expect_status 0
    cp stdout dim
    sed 's/,/,0/g; s/16/160/; s/12/120/; s/08/80/; s/04/40/; s/01,/10,/; s/02$/20/' dim.csv >bright.csv
    run data show --csv bright.csv --index 1
    expect_same stdout dim
    expect_line dim '@'
}

test_what_cannot_be_read_twice_is_refused() {
    need_pixels
    run fit plain.yaml -o n.st -s 'data.train.csv="-"' -s 'data.valid={csv: "-"}' <plain.csv
    expect_error 78 'data\.valid: standard input can be read only once, and data\.train has read it$'
    mkfifo fifo
    run fit plain.yaml -o n.st -s data.train.csv=fifo -s 'data.valid={csv: fifo}'
    expect_error 78 'data\.valid: fifo can be read only once, and data\.train has read it$'
    run fit plain.yaml -o n.st -s 'data.train={images: fifo, labels: fifo}'
    expect_error 78 'data\.train: fifo can be read only once, and this source has read it$'
    run fit - -o n.st -s 'data.train.csv="-"' <plain.yaml
    expect_error 78 'data\.train: standard input holds the configuration, no samples$'
    run predict plain.st - - <nolabel.csv
    expect_error 64 '^cnnctl predict: error: standard input is named twice$'
    expect_no_file n.st
}

test_a_label_column_that_was_forgotten() {
    need_flowers
    run data stats --csv iris.csv
    expect_error 65 "^iris\.csv:2:17: error: cell 'setosa' is not a number; if it is the label: label_column: species\$"
}

test_an_image_given_to_predict() {
    need_pixels
    printf '\211PNG\r\n\032\n12345678' >x.png
    run predict plain.st x.png
    expect_error 65 '^x\.png: error: PNG image cannot be decoded'
    printf 'GIF89a\n12345678' >x.gif
    run predict plain.st x.gif
    expect_error 65 '^x\.gif: error: is a GIF image; expected rows of numbers as CSV, '
    printf 'BM\066\0\0\0\0\0\0\0\066\0\0\0' >x.bmp
    run predict plain.st x.bmp
    expect_error 65 '^x\.bmp: error: is a BMP image; expected rows of numbers as CSV, '
    printf 'RIFF\020\0\0\0WEBPVP8 ' >x.webp
    run predict plain.st x.webp
    expect_error 65 '^x\.webp: error: is a WebP image; expected rows of numbers as CSV, '
}

# The test source says how its file is called; the rest is that of training.
test_other_sources_take_what_they_do_not_say() {
    need_flowers
    tail -n +2 iris.csv | tr , ';' >headless.csv
    cat >short.yaml <<'END'
data:
  train: {csv: headless.csv, delimiter: ;, label_column: -1, header: false}
  test: {csv: headless.csv}
layers:
  - input: {shape: [4]}
  - dense: {num_units: 3, nonlinearity: softmax}
train: {max_epochs: 2, update: adam, learning_rate: 0.1}
END
    run fit short.yaml -o short.st
    expect_status 0
    run evaluate short.st short.yaml
    expect_status 0
    expect_line stdout '^samples +30$'
}

# Columns of scales far apart, and the same table standardized by hand with
# awk's doubles: float32 cells differ by rounding alone.
need_scales() {
    awk 'BEGIN {print "big,small,y"; for (i = 0; i < 40; i++)
        printf "%d,%.6f,%s\n", 1000 * ((i * 7) % 40) + 5, ((i * 11) % 40) / 1000,
            ((i * 7) % 40 + (i * 11) % 40 > 39 ? "hi" : "lo")}' >scales.csv
    awk -F, -v OFS=, 'NR == FNR {if (FNR > 1) {n++; a += $1; b += $2; c += $1 * $1; d += $2 * $2}; next}
        FNR == 1 {a /= n; b /= n; c = sqrt(c / n - a * a); d = sqrt(d / n - b * b); print; next}
        {printf "%.9g,%.9g,%s\n", ($1 - a) / c, ($2 - b) / d, $3}' scales.csv scales.csv >hand.csv
    cat >scales.yaml <<'END'
data:
  train: {csv: scales.csv, label_column: y}
  normalize: {standardize: column}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {max_epochs: 40, update: adam, learning_rate: 0.1}
END
    run fit scales.yaml -o scales.st
    expect_status 0
}

test_standardized_by_column() {
    need_scales
    run fit scales.yaml -o hand.st -s data.train.csv=hand.csv -s data.normalize=none
    expect_status 0
    run predict hand.st hand.csv --labelled --proba
    expect_status 0
    cp stdout want
    run predict scales.st scales.csv --labelled --proba
    expect_status 0
    paste -d, want stdout | awk -F, '
        {for (i = 1; i <= NF / 2; i++) {d = $i - $(i + NF / 2)
            if (d > 1e-3 || d < -1e-3) bad = 1}} END {exit bad || NR < 40}' ||
        fail "other probabilities than those of the table standardized by hand"
    # By name, whatever the order.
    awk -F, -v OFS=, '{print $3, $2, $1}' scales.csv >turned.csv
    cp stdout straight
    run predict scales.st turned.csv --labelled --proba
    expect_same stdout straight
    run evaluate scales.st --csv scales.csv --json
    expect_status 0
    expect_line stdout '"accuracy": 1\.0,$'
    run checkpoint verify scales.st
    expect_status 0
    run checkpoint show scales.st
    expect_line stdout '^normalization  \(x - 19505\) / 11543\.3964  [a-z]+$'
    expect_line stdout '^               \(x - 0\.0195[0-9]*\) / 0\.0115433964  [a-z]+$'
    run config show scales.yaml
    expect_line stdout '^  normalize: \{standardize: column, constant: error\}$'
    run fit scales.yaml -o image.st -s 'layers.input0.shape=[1, 1, 2]'
    expect_status 0
    run predict image.st scales.csv --labelled --proba
    expect_same stdout straight
}

test_standardized_where_it_can_be() {
    need_scales
    sed '1s/^/flat,/; 2,$s/^/3,/' scales.csv >flat.csv
    local flat=(-s data.train.csv=flat.csv -s 'layers.input0.shape=[3]')
    run fit scales.yaml -o n.st "${flat[@]}"
    expect_error 78 "data\.normalize: column 'flat' is constant, it cannot be standardized; constant: zero"
    tail -n +2 flat.csv >bare.csv
    run fit scales.yaml -o n.st "${flat[@]}" -s data.train.csv=bare.csv -s data.train.label_column=-1
    expect_error 78 "data\.normalize: column 0 is constant"
    expect_no_file n.st
    run fit scales.yaml -o flat.st "${flat[@]}" -s data.normalize.constant=zero
    expect_status 0
    run checkpoint show flat.st
    expect_line stdout '^normalization  \(x - 3\) / 1  flat$'
    expect_line stdout '^               \(x - 19505\) / 11543'
    run fit scales.yaml -o n.st -s data.normalize.standardize=channel
    expect_error 78 'data\.normalize\.standardize: channel needs an input of \[channels, rows, columns\]$'
    run config check scales.yaml -s 'data.train={digits: {}}' -s 'layers.input0.shape=[1, 28, 28]'
    expect_error 78 'data\.normalize\.standardize: column needs a source with columns, csv, npy or npz; data\.train is digits$'
    run fit scales.yaml -o n.st -s 'data.normalize={standardize: column, mean: 0}'
    expect_error 78 'data\.normalize\.mean: has no effect beside standardize$'
    run config show scales.yaml -s 'data.normalize={standardize: global}'
    expect_line stdout '^  normalize: standardize$'
    run fit scales.yaml -o given.st -s 'data.normalize={mean: [19505, 0.0195], std: [11543, 0.0115]}'
    expect_status 0
    run evaluate given.st --csv scales.csv
    expect_status 0
}

test_columns_in_an_order_of_their_own() {
    awk 'BEGIN {for (i = 1; i <= 20; i++) print i % 2 "," i "," i * i % 7 "," i * 3 % 5}' >x.csv
    cat >c.yaml <<'END'
data: {train: {csv: x.csv, columns: [3, 1-2]}}
layers: [input: {shape: [3]}, dense: {num_units: 2, nonlinearity: softmax}]
train: {max_epochs: 1, learning_rate: 0.1}
END
    run fit c.yaml -q -o own.st
    run predict own.st x.csv --labelled --proba
    expect_no_stderr
    mv stdout want
    # Without the label the table has no columns 1 to 3.
    awk -F, -v OFS=, '{print $4, $2, $3}' x.csv >own.csv
    run predict own.st own.csv --proba
    expect_stderr "own.csv: its columns are taken to stand in the order in which columns names the network's inputs"
    expect_same stdout want
    run fit c.yaml -q -o left.st -s 'data.train.columns=[1, 2-3]'
    cut -d, -f2- x.csv >left.csv
    run predict left.st left.csv
    expect_no_stderr
}
