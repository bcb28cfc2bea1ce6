#include "server/tools/decode.hpp"

#include <iostream>
#include <string_view>

int main(int argc, char** argv) {
    constexpr std::string_view usage =
        "Usage: liuhen decode < FRAMES\n"
        "Reads JT/T 808 frames in hex, one a line (spaces allowed, blank lines skipped), and\n"
        "prints one JSON object a line: msg_id, name, edition, terminal, serial, checksum_ok,\n"
        "body. A frame that cannot be read gives {\"error\": code, \"detail\": ...}.\n"
        "Exit 0 when every frame was read, 1 otherwise, 2 on wrong usage.\n";
    if (argc > 1) {
        const std::string_view flag = argv[1];
        const bool help = flag == "--help" || flag == "-h";
        (help ? std::cout : std::cerr) << usage;
        return help ? 0 : 2;
    }
    std::ios::sync_with_stdio(false);
    return liuhen::server::tools::decode_stream(std::cin, std::cout);
}
