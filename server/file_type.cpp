#include "server/file_type.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace liuhen::server {
namespace {

using namespace std::string_view_literals;

struct TypeRow {
    FileType type;
    std::string_view content_type, ending, begins;
};
constexpr TypeRow types[] = {
    {FileType::jpeg, "image/jpeg", "jpg", "\xff\xd8\xff"sv},
    {FileType::png, "image/png", "png", "\x89PNG\r\n\x1a\n"sv},
    {FileType::pdf, "application/pdf", "pdf", "%PDF-"sv},
};
static_assert(std::size(types) == static_cast<std::size_t>(FileType::count_));

const TypeRow& row_of(FileType type) {
    assert(type < FileType::count_);
    return types[static_cast<std::size_t>(type)];
}

template <class Fits>
std::optional<FileType> first_of(Fits fits) {
    const auto* const row = std::find_if(std::begin(types), std::end(types), fits);
    return row == std::end(types) ? std::nullopt : std::optional{row->type};
}

}  // namespace

std::string_view content_type(FileType type) { return row_of(type).content_type; }
std::string_view file_ending(FileType type) { return row_of(type).ending; }

std::optional<FileType> file_type_from_content_type(std::string_view type) {
    return first_of([type](const TypeRow& row) { return row.content_type == type; });
}

std::optional<FileType> file_type_of(std::string_view bytes) {
    return first_of([bytes](const TypeRow& row) { return bytes.starts_with(row.begins); });
}

}  // namespace liuhen::server
