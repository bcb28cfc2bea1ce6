// One libFuzzer program for each parser: LIUHEN_FUZZED is its function.
#include "tests/fuzz/parsers.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    liuhen::test::LIUHEN_FUZZED(std::as_bytes(std::span{data, size}));
    return 0;
}
