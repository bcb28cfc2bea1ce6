#include "server/sheets/archive.hpp"

#include <array>
#include <zip.h>

namespace liuhen::server::sheets {
namespace {

constexpr std::size_t small_part = 1024 * 1024;  // bytes that any ratio may unpack to

struct Discard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
    void operator()(zip_file_t* part) const { zip_fclose(part); }
};

}  // namespace

struct Archive::State {
    std::unique_ptr<zip_t, Discard> zip;
    const SheetLimits& limits;
    std::size_t unpacked = 0;  // bytes so far, of all parts
};

Archive::Archive(std::unique_ptr<State> state) : state_(std::move(state)) {}
Archive::~Archive() = default;
Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;

Result<Archive, SheetFault> Archive::open(std::string_view bytes, const SheetLimits& limits) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source == nullptr) return fail(SheetFault{"NOT_A_SHEET"});
    std::unique_ptr<zip_t, Discard> zip{zip_open_from_source(source, ZIP_RDONLY, &error)};
    if (!zip) {
        zip_source_free(source);
        return fail(SheetFault{"NOT_A_SHEET"});
    }
    const auto parts = zip_get_num_entries(zip.get(), 0);
    if (parts < 0 || static_cast<std::size_t>(parts) > limits.parts)
        return fail(SheetFault{"ZIP_TOO_MANY_PARTS", 0, 0, std::to_string(parts)});
    return Archive{std::make_unique<State>(State{std::move(zip), limits})};
}

bool Archive::has(const std::string& part) const {
    return zip_name_locate(state_->zip.get(), part.c_str(), 0) >= 0;
}

Result<void, SheetFault> Archive::unpack(const std::string& part, const Take& take) {
    zip_stat_t said{};
    const bool known = zip_stat(state_->zip.get(), part.c_str(), 0, &said) == 0;
    const std::unique_ptr<zip_file_t, Discard> file{
        known ? zip_fopen(state_->zip.get(), part.c_str(), 0) : nullptr};
    if (!file) return fail(SheetFault{"NOT_A_SHEET", 0, 0, part});
    const auto packed = std::max<zip_uint64_t>(1, said.comp_size);
    std::array<char, std::size_t{64} * 1024> piece{};
    for (std::size_t of_part = 0;;) {
        const auto got = zip_fread(file.get(), piece.data(), piece.size());
        if (got < 0) return fail(SheetFault{"NOT_A_SHEET", 0, 0, part});
        if (got == 0) return {};
        const auto count = static_cast<std::size_t>(got);
        of_part += count;
        state_->unpacked += count;
        if (state_->unpacked > state_->limits.unpacked_bytes)
            return fail(SheetFault{"ZIP_TOO_LARGE", 0, 0, part});
        if (of_part > small_part && of_part / packed > state_->limits.packed_ratio)
            return fail(SheetFault{"ZIP_RATIO", 0, 0, part});
        if (!take({piece.data(), count})) return {};
    }
}

}  // namespace liuhen::server::sheets
