#include "server/profiles_file.hpp"
#include "server/tools/decode.hpp"

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace {

using namespace liuhen;

constexpr std::string_view usage =
    "Usage: liuhen decode [--profile NAME] [--profiles FILE] < FRAMES\n"
    "Reads frames in hex, one a line (spaces allowed, blank lines skipped), and prints one JSON\n"
    "object a line. JT/T 808: msg_id, name, edition, terminal, serial, checksum_ok, body. Locks\n"
    "that dial in themselves (binary 24..., text in brackets as hex or as it is): form, lock, and\n"
    "what it says. A frame that cannot be read gives {\"error\": code, \"detail\": ...}.\n"
    "--profile reads items and bits in the dialect of a model: see docs/wire-items.md.\n"
    "--profiles adds models from a file, as LIUHEN_PROFILES does; its grammar is there too.\n"
    "Exit 0 when every frame was read, 1 otherwise, 2 on wrong usage.\n";

struct Asked {
    std::string profile = "standard";
    std::string profiles;
    bool help = false;
    bool wrong = false;
};

Asked read_words(int count, char** words) {
    Asked asked;
    if (const char* const file = std::getenv("LIUHEN_PROFILES")) asked.profiles = file;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = words[i];
        std::string* const value = word == "--profile"    ? &asked.profile
                                   : word == "--profiles" ? &asked.profiles
                                                          : nullptr;
        if (value != nullptr && i + 1 < count) {
            *value = words[++i];
        } else {
            asked.help = word == "--help" || word == "-h";
            asked.wrong = !asked.help;
            return asked;
        }
    }
    return asked;
}

int unknown_profile(const std::string& name) {
    std::cerr << "liuhen decode: no profile " << name << ". Known are:\n";
    for (const auto& known : telematics::known_profiles()) std::cerr << "  " << known.name << '\n';
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    const Asked asked = read_words(argc, argv);
    if (asked.help || asked.wrong) {
        (asked.help ? std::cout : std::cerr) << usage;
        return asked.help ? 0 : 2;
    }
    if (const auto loaded = server::load_profiles(asked.profiles); !loaded) {
        std::cerr << "liuhen decode: " << loaded.error() << '\n';
        return 2;
    }
    const auto* const profile = telematics::find_profile(asked.profile);
    if (profile == nullptr) return unknown_profile(asked.profile);
    std::ios::sync_with_stdio(false);
    return server::tools::decode_stream(std::cin, std::cout, *profile);
}
