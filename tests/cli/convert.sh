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
