// `fuzz_seeds FOLDER`: writes the inputs to begin from, those of each parser into a folder of its
// name.
#include "tests/fuzz/parsers.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

int main(int count, char** arguments) {
    if (count != 2) {
        std::fputs("usage: fuzz_seeds FOLDER\n", stderr);
        return 2;
    }
    for (const auto& parser : liuhen::test::fuzzed_parsers()) {
        const auto folder = std::filesystem::path{arguments[1]} / parser.name;
        std::filesystem::create_directories(folder);
        int number = 0;
        for (const auto& seed : parser.seeds()) {
            std::ofstream file(folder / std::to_string(number++), std::ios::binary);
            file.write(reinterpret_cast<const char*>(seed.data()),
                       static_cast<std::streamsize>(seed.size()));
        }
    }
    return 0;
}
