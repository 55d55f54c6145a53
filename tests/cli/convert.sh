# shellcheck shell=bash
# What data convert writes is told by the name of its output.

test_an_ending_that_is_not_known_is_refused() {
    need_digits
    for name in x.npz x.txt x.png x.tsv x.CSV x.gz x.csv.bz2; do
        run data convert --csv "$digits" -o "$name"
        expect_error 64 "^cnnctl data convert: error: --output: $name has no ending that is known; expected \\.csv, \\.csv\\.gz, \\.npy, \\.npy\\.gz, or a slash for a new folder of images\$"
        expect_no_file "$name"
    done
    run data convert --csv "$digits" -o x.npy --labels y.txt
    expect_error 64 '--labels: y.txt has another ending than .npy and .npy.gz'
    expect_no_file x.npy
}

test_endings_that_are_known() {
    need_digits
    mkdir v1.2
    for name in x.csv x v1.2/x; do
        run data convert --csv "$digits" -o $name
        expect_status 0
        expect_same $name "$digits"
    done
    run data convert --csv "$digits" -o x.csv.gz
    gzip -dc <x.csv.gz >back
    expect_same back "$digits"
    run data convert --csv "$digits" -o x.npy.gz --labels y.npy
    expect_status 0
    run data convert --source '{npy: x.npy.gz, labels: y.npy}' -o -
    expect_same stdout "$digits"
}

# Class names are none of the numbers that an array holds.
test_names_of_classes_are_refused_in_an_array() {
    printf 'cat,1,2\ndog,3,4\n' >pets.csv
    run data convert --csv pets.csv -o x.npy --labels y.npy
    expect_error 65 "label 'cat' is not a 64-bit integer, an array of labels holds no others; CSV does"
    expect_no_file x.npy
    expect_no_file y.npy
}

# Samples that have no header get none, and none of them is taken for one, how
# ever it counts: the last number of such a row is written as a fraction.
test_a_first_sample_that_counts_is_a_sample() {
    for row in 0,1,2,3 cat,0,1,2 '"a,b",0,1,2' 0x1,0,1,2 1-2,0,1,2 nan1,0,1,2; do
        printf '%s\n' "$row" 1,4,5,6 0,1,2,3 >t.csv
        run data convert --source '{csv: t.csv, header: false}' -o out.csv --force
        expect_status 0
        sed '1s/$/.0/' t.csv >want
        expect_same out.csv want
        run data convert --csv out.csv -o -
        expect_status 0
        expect_no_stderr
        expect_same stdout want
        run data convert --source '{csv: out.csv, header: false}' -o -
        expect_same stdout want
    done
    for row in 0,1,2 cat,0,1 0,1,2,4 cat,1,2,3 10,1,2,3 0,0,1,2 1.5,0,1,2; do
        printf '%s\n' "$row" >t.csv
        run data convert --source '{csv: t.csv, header: false}' -o -
        expect_status 0
        expect_same stdout t.csv
        run data convert --csv t.csv -o -
        expect_same stdout t.csv
    done
}

# Samples with names keep their header, whatever follows.
test_a_header_is_no_sample() {
    printf 'label,x,y,z\n0,1,2,3\n1,4,5,6\n' >t.csv
    run data convert --csv t.csv -o -
    expect_status 0
    expect_same stdout t.csv
}
