# shellcheck shell=bash
# What pictures stand on: a library, letters, memory; and their sizes.

need_cairo() {
    ldconfig -p 2>/dev/null | grep -q 'libcairo\.so\.2' ||
        skip "libcairo2 is not installed"
}

# Width and height, as the file says.
png_size() { # FILE
    od -An -tu1 -j16 -N8 "$1" |
        awk '{print (($1 * 256 + $2) * 256 + $3) * 256 + $4,
            (($5 * 256 + $6) * 256 + $7) * 256 + $8}'
}

# A library that is none stands in for one that is not installed.
test_cairo_is_loaded_for_files_alone() {
    need_model
    mkdir lib
    : >lib/libcairo.so.2
    for file in a.png a.svg a.pdf; do
        LD_LIBRARY_PATH=$PWD/lib run plot loss "$model" -o $file
        expect_error 71 "drawing a picture needs a library that cannot be loaded: .*libcairo\.so\.2.*; Debian's package is libcairo2\$"
        expect_no_file $file
    done
    LD_LIBRARY_PATH=$PWD/lib run plot loss "$model"
    expect_status 0
    LD_LIBRARY_PATH=$PWD/lib run plot loss "$model" --data -
    expect_status 0
}

# What cairo stands on would fall over.
test_cairo_is_not_loaded_where_there_is_no_room() {
    ! grep -qa __asan_init "$CNNCTL" || skip 'the sanitizer takes all addresses'
    need_model
    (ulimit -v 60000
        run plot loss "$model" -o a.png
        expect_error 71 'the limit on memory \(ulimit -v\) leaves no room for drawing a picture$')
    expect_no_file a.png
}

# Cairo has letters of its own.
test_a_picture_without_any_font() {
    need_cairo
    need_model
    echo '<fontconfig></fontconfig>' >none.conf
    FONTCONFIG_FILE=$PWD/none.conf run plot loss "$model" -o a.png
    expect_status 0
    run plot loss "$model" -o b.png
    [ "$(png_size a.png)" = "$(png_size b.png)" ] || fail "sizes differ"
    ! cmp -s a.png b.png || fail "the same letters"
}

test_sizes_are_kept() {
    local size
    need_cairo
    need_model
    for size in 640x480 301x203 1000x250; do
        run plot loss "$model" -o a.png --size $size --force
        expect_status 0
        [ "$(png_size a.png)" = "${size/x/ }" ] ||
            fail "$(png_size a.png) for $size"
    done
    # 640 pixels of one, 16 cm of the other.
    run plot loss "$model" -o a.svg --size 640x480
    expect_status 0
    grep -q '^<svg .* width="640" height="480" viewBox="0 0 640 480"' a.svg ||
        fail "the size of the SVG"
    run plot loss "$model" -o b.png --size 20x20
    expect_error 64 'in 20x20 nothing of this picture could be made out; it needs about [0-9]+x[0-9]+$'
    expect_no_file b.png
}
