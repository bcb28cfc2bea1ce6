#include "server/history/folder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

namespace liuhen::server::history {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> named(const fs::path& folder, const std::regex& pattern) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator{folder}) {
        if (std::regex_match(entry.path().filename().string(), pattern))
            found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<fs::path> list_files(const fs::path& folder) {
    static const std::regex pattern{R"(anchors-[0-9]{12}\.jsonl)"};
    return named(folder, pattern);
}

fs::path file_from(const fs::path& folder, std::uint64_t number) {
    std::array<char, 40> name{};
    std::snprintf(name.data(), name.size(), "anchors-%012llu.jsonl",
                  static_cast<unsigned long long>(number));
    return folder / name.data();
}

[[noreturn]] void failed(const fs::path& path, const char* what) {
    throw std::runtime_error{path.string() + " cannot be " + what + ": " + std::strerror(errno)};
}

void sync_folder(const fs::path& folder) {
    const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) failed(folder, "opened");
    ::fsync(opened);
    ::close(opened);
}

void write_durably(const fs::path& path, std::string_view text, int how) {
    const int opened = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | how, 0640);
    if (opened < 0) failed(path, "opened");
    bool whole = true;
    while (whole && !text.empty()) {
        const auto written = ::write(opened, text.data(), text.size());
        whole = written > 0 || (written < 0 && errno == EINTR);
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    whole = whole && ::fsync(opened) == 0;
    ::close(opened);
    if (!whole) failed(path, "written");
}

// Where the last whole line begins and ends.
struct LastLine {
    std::uintmax_t begin{}, end{};
};
LastLine last_line(std::ifstream& in, std::uintmax_t size) {
    constexpr std::uintmax_t part = 64 * 1024;
    LastLine found{0, 0};
    std::string bytes;
    for (auto at = size; at > 0;) {
        const auto from = at > part ? at - part : 0;
        bytes.resize(at - from);
        in.seekg(static_cast<std::streamoff>(from));
        in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        for (auto i = bytes.size(); i > 0; --i) {
            if (bytes[i - 1] != '\n') continue;
            if (found.end != 0) return {from + i, found.end};
            found.end = from + i;
        }
        at = from;
    }
    return found;
}

}  // namespace

AnchorReader::AnchorReader(const fs::path& folder, std::uint64_t from) {
    if (!fs::is_directory(folder))
        throw std::runtime_error{"there is no folder of anchors " + folder.string()};
    files_ = list_files(folder);
    const auto beyond = std::upper_bound(files_.begin(), files_.end(), file_from(folder, from));
    if (beyond != files_.begin()) files_.erase(files_.begin(), beyond - 1);
}

std::optional<AnchorReader::Line> AnchorReader::next() {
    std::string text;
    while (file_ < files_.size()) {
        if (!in_.is_open()) in_.open(files_[file_], std::ios::binary);
        const bool newest = file_ + 1 == files_.size();
        if (std::getline(in_, text) && !(newest && in_.eof())) {
            ++line_;
            return Line{files_[file_].filename().string() + ":" + std::to_string(line_),
                        read_line(text)};
        }
        in_.close();
        in_.clear();
        line_ = 0;
        ++file_;
    }
    return std::nullopt;
}

std::vector<Verifier> keys_in(const fs::path& folder) {
    static const std::regex pattern{R"(key-[0-9a-f]{16}\.pem)"};
    std::vector<Verifier> keys;
    if (!fs::is_directory(folder)) return keys;
    for (const auto& path : named(folder, pattern)) {
        std::ostringstream text;
        text << std::ifstream{path}.rdbuf();
        if (auto verifier = Verifier::from_pem(text.str())) keys.push_back(*std::move(verifier));
    }
    return keys;
}

AnchorFolder::AnchorFolder(fs::path folder) : folder_(std::move(folder)) {
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error) throw std::runtime_error{folder_.string() + " cannot be made: " + error.message()};
}

void AnchorFolder::publish(const PublicKeys& keys) const {
    const auto path = folder_ / ("key-" + keys.id + ".pem");
    if (fs::exists(path)) return;
    write_durably(path, keys.ed25519_pem + keys.sm2_pem, O_EXCL);
    sync_folder(folder_);
}

std::optional<SignedList> AnchorFolder::newest() {
    auto files = list_files(folder_);
    while (!files.empty()) {
        file_ = files.back();
        const auto size = fs::file_size(file_);
        std::ifstream in{file_, std::ios::binary};
        const LastLine line = last_line(in, size);
        if (line.end != size) fs::resize_file(file_, line.end);
        if (line.end != 0) {
            std::string text(line.end - line.begin - 1, '\0');
            in.clear();
            in.seekg(static_cast<std::streamoff>(line.begin));
            in.read(text.data(), static_cast<std::streamsize>(text.size()));
            auto list = read_line(text);
            if (!in || !list) throw std::runtime_error{file_.string() + " ends with no list"};
            return list;
        }
        files.pop_back();
    }
    file_.clear();
    return std::nullopt;
}

void AnchorFolder::append(std::uint64_t number, const SignedList& list) {
    const bool fresh = file_.empty() || fs::file_size(file_) >= file_bytes;
    if (fresh) file_ = file_from(folder_, number);
    write_durably(file_, line_of(list) + '\n', O_APPEND);
    if (fresh) sync_folder(folder_);
}

}  // namespace liuhen::server::history
