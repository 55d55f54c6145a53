# shellcheck shell=bash
# Weights taken from a model whose table has the same columns elsewhere.

# Thirty rows whose class needs all columns; their order as given.
table() { # FILE COLUMN...
    local file=$1
    shift
    awk -v columns="$*" 'BEGIN {
        n = split(columns, name)
        for (r = 0; r <= 60; r++) {
            cell["a"] = r * 7 % 11 - 5; cell["b"] = r * 3 % 13 - 6
            cell["c"] = r * 5 % 17 - 8; cell["d"] = r * 2 % 7 - 3
            score = 4 * cell["a"] - 3 * cell["b"] + cell["c"] + 2 * cell["d"]
            cell["kind"] = score > 12 ? "high" : score < -12 ? "low" : "mid"
            for (i = 1; i <= n; i++)
                printf "%s%s", r ? cell[name[i]] : name[i], i < n ? "," : "\n"
        }}' >"$file"
}

document() { # FILE TABLE [FIRST-LAYER]
    cat >"$1" <<END
data: {train: {csv: $2, label_column: kind}, normalize: none}
layers:
  - input: {shape: [4]}
${3:-}
  - dense: {name: hidden, num_units: 16}
  - dense: {name: out, num_units: 3, nonlinearity: softmax}
train: {max_epochs: 30, update: adam, learning_rate: 0.03, batch_size: 8}
END
}

# A model and what it says of straight.csv.
need_trained() {
    table straight.csv a b c d kind
    table turned.csv c kind d a b
    document from.yaml straight.csv "${1:-}"
    run fit from.yaml -o from.st -q
    expect_status 0
    run evaluate from.st --csv straight.csv
    expect_status 0
    grep '^accuracy' stdout >want
    run predict from.st --proba straight.csv
    cp stdout proba
}

# What the model FILE says is what from.st says.
expect_as_trained() { # FILE
    for from in straight turned; do
        run evaluate "$1" --csv $from.csv
        expect_status 0
        grep '^accuracy' stdout >got
        expect_same got want
    done
}

expect_columns() { # FILE NAMES
    tr -d '\\' <"$1" >header
    grep -qaF "\"inputs\":\"{\"columns\":[$2]" header ||
        fail "$1 has not the columns $2"
}

test_columns_go_where_their_name_is() {
    need_trained
    document to.yaml turned.csv
    run checkpoint load from.st --into to.yaml -o to.st
    expect_status 0
    expect_stdout 'hidden.weight: loaded by column, 4 of 4' \
        'hidden.bias: loaded' 'out.weight: loaded' 'out.bias: loaded'
    expect_columns to.st '"c","d","a","b"'
    expect_as_trained to.st
    # Nothing moves where the order is the same.
    run checkpoint load from.st --into from.yaml -o same.st
    expect_stdout 'hidden.weight: loaded' \
        'hidden.bias: loaded' 'out.weight: loaded' 'out.bias: loaded'
    run fit to.yaml --init-from from.st -o fit.st --epochs 1 \
        -s train.learning_rate=1e-12
    expect_status 0
    expect_columns fit.st '"c","d","a","b"'
    expect_as_trained fit.st
}

# The only layer is the first and the last.
test_rows_and_columns_at_once() {
    need_trained
    for to in from to; do
        document $to.yaml straight.csv
        sed -i '/name: hidden/d' $to.yaml
    done
    sed -i 's/straight\.csv/turned.csv/
        s/^data: {/&classes: [mid, low, high], /' to.yaml
    run fit from.yaml -o from.st -q --force
    expect_status 0
    run evaluate from.st --csv straight.csv
    grep '^accuracy' stdout >want
    run checkpoint load from.st --into to.yaml -o to.st
    expect_status 0
    expect_stdout 'out.weight: loaded by class, 3 of 3, by column, 4 of 4' \
        'out.bias: loaded by class, 3 of 3'
    expect_as_trained to.st
}

test_columns_of_one_side_only() {
    need_trained
    sed '1s/^a,/e,/' straight.csv >other.csv
    document to.yaml other.csv
    for command in 'checkpoint load from.st --into to.yaml' \
        'fit to.yaml --init-from from.st'; do
        # shellcheck disable=SC2086 # words
        run $command -o to.st
        expect_status 65
        expect_line stderr '^from\.st: error: its columns are not those of to\.yaml; --partial'
        expect_no_file to.st
    done
    run checkpoint load from.st --into to.yaml -o to.st --partial
    expect_status 0
    expect_stdout 'columns loaded: b, c, d' \
        'columns that the file does not know: e' \
        'columns of the file left out: a' \
        'hidden.weight: loaded by column, 3 of 4' \
        'hidden.bias: loaded' 'out.weight: loaded' 'out.bias: loaded'
    # Without the columns of one side both compute the same.
    printf 'e,b,c,d\n0,1,2,3\n' >other.csv
    printf 'a,b,c,d\n0,1,2,3\n' >straight.csv
    run predict to.st --proba other.csv
    expect_status 0
    cp stdout without
    run predict from.st --proba straight.csv
    expect_same stdout without
}

# Behind another layer the model's order is kept, and no other names will do.
test_the_order_of_the_model_is_kept_behind_another_layer() {
    need_trained '  - dropout: {name: noise, p: 0.01}'
    document to.yaml turned.csv '  - dropout: {name: noise, p: 0.01}'
    run checkpoint load from.st --into to.yaml -o to.st
    expect_status 0
    expect_line stdout '^hidden\.weight: loaded$'
    expect_columns to.st '"a","b","c","d"'
    expect_as_trained to.st
    run predict to.st --proba turned.csv
    expect_same stdout proba
    run fit to.yaml --init-from from.st -o fit.st --epochs 1 \
        -s train.learning_rate=1e-12
    expect_status 0
    expect_columns fit.st '"a","b","c","d"'
    expect_as_trained fit.st
    sed '1s/\<a\>/e/' turned.csv >other.csv
    document other.yaml other.csv '  - dropout: {name: noise, p: 0.01}'
    run checkpoint load from.st --into other.yaml -o n.st --partial
    expect_error 78 "^other\.csv: error: the header has no column 'a' \(the model's inputs\)\$"
    run fit other.yaml --init-from from.st -o n.st
    expect_error 78 "^other\.csv: error: the header has no column 'a' \(the model's inputs\)\$"
    expect_no_file n.st
}
