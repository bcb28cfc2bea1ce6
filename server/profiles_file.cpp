#include "server/profiles_file.hpp"

#include "telematics/profile_registry.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace liuhen::server {

Result<void, std::string> load_profiles(const std::string& file) {
    constexpr std::uintmax_t most_bytes = 1024 * 1024;
    if (file.empty()) return {};
    std::error_code fault;
    const auto size = std::filesystem::file_size(file, fault);
    if (fault) return fail(file + ": " + fault.message());
    if (size > most_bytes) return fail(file + ": larger than 1 MiB");
    std::ifstream in{file, std::ios::binary};
    const std::string rows{std::istreambuf_iterator<char>{in}, {}};
    if (!in || rows.size() != size) return fail(file + ": cannot be read");
    const auto added = telematics::add_profiles(rows);
    if (!added) {
        return fail(file + ":" + std::to_string(added.error().line) + ": " + added.error().why);
    }
    return {};
}

}  // namespace liuhen::server
