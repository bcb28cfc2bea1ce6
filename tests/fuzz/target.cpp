// One libFuzzer program for each parser: LIUHEN_FUZZED names it. `--seeds FOLDER` writes the
// inputs to begin from into FOLDER and ends.
#include "tests/fuzz/parsers.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

const liuhen::test::FuzzedParser& fuzzed() {
    static const auto& chosen = *std::ranges::find(liuhen::test::fuzzed_parsers(), LIUHEN_FUZZED,
                                                   &liuhen::test::FuzzedParser::name);
    return chosen;
}

void write_seeds(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    int number = 0;
    for (const auto& seed : fuzzed().seeds()) {
        std::ofstream file(folder / std::to_string(number++), std::ios::binary);
        file.write(reinterpret_cast<const char*>(seed.data()),
                   static_cast<std::streamsize>(seed.size()));
    }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
    if (*count == 3 && std::string{(*arguments)[1]} == "--seeds") {
        write_seeds((*arguments)[2]);
        std::exit(0);
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzzed().parse(std::as_bytes(std::span{data, size}));
    return 0;
}
