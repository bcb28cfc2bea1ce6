#include "server/key_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace liuhen::server {
namespace {

struct Opened {
    explicit Opened(int opened) : number(opened) {}
    ~Opened() {
        if (number >= 0) ::close(number);
    }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
    int number;
};

}  // namespace

void KeyFile::bad(const std::string& why) const {
    throw std::runtime_error{std::string{what} + ' ' + path + ' ' + why};
}

std::string KeyFile::read(std::size_t most) const {
    const Opened file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.number < 0) bad(std::string{"cannot be read: "} + std::strerror(errno));
    struct stat about {};
    if (::fstat(file.number, &about) != 0 || !S_ISREG(about.st_mode)) bad("is not a plain file");
    if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        bad("may be read or written by others; chmod 600 it");
    std::string bytes(most, '\0');
    const auto length = ::read(file.number, bytes.data(), bytes.size());
    if (length < 0) bad("cannot be read");
    bytes.resize(static_cast<std::size_t>(length));
    return bytes;
}

void KeyFile::make(std::string_view bytes) const {
    std::error_code no_folder;  // told by open
    if (const auto folder = std::filesystem::path{path}.parent_path(); !folder.empty())
        std::filesystem::create_directories(folder, no_folder);
    const std::string part = path + ".new";
    ::unlink(part.c_str());
    const Opened file{::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (file.number < 0) bad(std::string{"cannot be made: "} + std::strerror(errno));
    const bool whole =
        ::write(file.number, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
        ::fsync(file.number) == 0;
    const bool named = whole && (::link(part.c_str(), path.c_str()) == 0 || errno == EEXIST);
    ::unlink(part.c_str());
    if (!named) bad("cannot be written");
}

}  // namespace liuhen::server
