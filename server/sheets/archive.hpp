// The parts of a ZIP file in memory, unpacked piece by piece within limits.
#pragma once

#include "server/sheets/sheet.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace liuhen::server::sheets {

class Archive {
public:
    /// `bytes` and `limits` outlive the archive. NOT_A_SHEET, ZIP_TOO_MANY_PARTS.
    static Result<Archive, SheetFault> open(std::string_view bytes, const SheetLimits& limits);
    ~Archive();
    Archive(Archive&&) noexcept;
    Archive& operator=(Archive&&) noexcept;

    /// Gets the next piece of a part; false: it has read enough.
    using Take = std::function<bool(std::string_view)>;
    /// Hands out a part. What a header says of its size is not believed: ZIP_TOO_LARGE and
    /// ZIP_RATIO are found by counting what comes out. NOT_A_SHEET: there is no such part, or it
    /// is broken.
    Result<void, SheetFault> unpack(const std::string& part, const Take& take);
    [[nodiscard]] bool has(const std::string& part) const;

private:
    struct State;
    explicit Archive(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace liuhen::server::sheets
