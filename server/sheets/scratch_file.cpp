#include "server/sheets/scratch_file.hpp"

#include "server/sheets/writer.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace liuhen::server::sheets {
namespace {

[[noreturn]] void give_up(const std::string& what) {
    throw SheetNotWritten{what + ": " + std::strerror(errno)};
}

}  // namespace

std::string scratch_folder() { return std::filesystem::temp_directory_path().string(); }

ScratchFile::ScratchFile() : descriptor_(-1) {
    std::string name = scratch_folder() + "/liuhen-XXXXXX";
    descriptor_ = ::mkstemp(name.data());
    if (descriptor_ < 0) give_up("no file can be made in " + scratch_folder());
    ::unlink(name.c_str());
}

ScratchFile::~ScratchFile() { ::close(descriptor_); }

std::string ScratchFile::path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

std::string ScratchFile::bytes() const {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) give_up("a file cannot be looked at");
    std::string all(static_cast<std::size_t>(status.st_size), '\0');
    for (std::size_t read = 0; read < all.size();) {
        const auto n =
            ::pread(descriptor_, all.data() + read, all.size() - read, static_cast<off_t>(read));
        if (n <= 0) give_up("a file cannot be read back");
        read += static_cast<std::size_t>(n);
    }
    return all;
}

}  // namespace liuhen::server::sheets
