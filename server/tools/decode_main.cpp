#include "server/tools/decode.hpp"

#include <iostream>
#include <string_view>

int main(int argc, char** argv) {
    constexpr std::string_view usage =
        "Usage: liuhen decode [--profile NAME] < FRAMES\n"
        "Reads JT/T 808 frames in hex, one a line (spaces allowed, blank lines skipped), and\n"
        "prints one JSON object a line: msg_id, name, edition, terminal, serial, checksum_ok,\n"
        "body. A frame that cannot be read gives {\"error\": code, \"detail\": ...}.\n"
        "--profile reads items and bits in the dialect of a model: see docs/wire-items.md.\n"
        "Exit 0 when every frame was read, 1 otherwise, 2 on wrong usage.\n";
    const auto* const profile = liuhen::telematics::find_profile(argc == 3 ? argv[2] : "standard");
    const bool with_profile = argc == 3 && argv[1] == std::string_view{"--profile"};
    if (with_profile && profile == nullptr) {
        std::cerr << "liuhen decode: no profile " << argv[2] << ". Known are:\n";
        for (const auto& known : liuhen::telematics::known_profiles())
            std::cerr << "  " << known.name << '\n';
        return 2;
    }
    if (argc > 1 && !with_profile) {
        const std::string_view flag = argv[1];
        const bool help = flag == "--help" || flag == "-h";
        (help ? std::cout : std::cerr) << usage;
        return help ? 0 : 2;
    }
    std::ios::sync_with_stdio(false);
    return liuhen::server::tools::decode_stream(std::cin, std::cout, *profile);
}
