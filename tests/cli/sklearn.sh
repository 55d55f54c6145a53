# shellcheck shell=bash
# The tables that Debian's python3-sklearn ships, as they are; skipped where
# they are not.

need_table() { # FILE
    local place=${SKLEARN_DATA:-/usr/lib/python3/dist-packages/sklearn/datasets/data}
    [ -e "$place/$1" ] || skip "no $1 in $place"
}

# Trains the configuration $1, whose test part must reach $2.
expect_reaches() { # NAME METRIC=VALUE
    run fit "$ROOT/configs/tables/$1.yaml" -q -o m.st
    expect_status 0
    expect_no_stderr
    run evaluate m.st "$ROOT/configs/tables/$1.yaml" --fail-under "$2"
    expect_status 0
}

test_iris() {
    need_table iris.csv
    expect_reaches iris accuracy=0.94
    run checkpoint show m.st
    expect_line stdout '^classes        setosa versicolor virginica$'
}

test_wine() {
    need_table wine_data.csv
    expect_reaches wine accuracy=0.96
}

test_breast_cancer() {
    need_table breast_cancer.csv
    expect_reaches breast-cancer accuracy=0.95
}

test_diabetes() {
    need_table diabetes_target.csv.gz
    expect_reaches diabetes r2=0.45
}

test_digits() {
    need_table digits.csv.gz
    expect_reaches digits accuracy=0.97
}

# What the check finds in them is there: iris has a flower twice and another
# three times.
test_check_finds_what_is_known() {
    need_table iris.csv
    run data check "$ROOT/configs/tables/iris.yaml" -s 'data.split={eval_size: 0}'
    expect_status 1
    sed 1d "${SKLEARN_DATA:-/usr/lib/python3/dist-packages/sklearn/datasets/data}/iris.csv" |
        cut -d, -f1-4 | awk 'seen[$0]++ {printf " %d", NR - 1; n++}
            END {printf "\n%d\n", n}' >want
    expect_line stdout "^train: duplicate: $(tail -n 1 want) sample.*:$(head -n 1 want)\$"
}
