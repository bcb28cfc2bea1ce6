// The typeface of every print.
#pragma once

#include <memory>
#include <string>

namespace liuhen::print {

/// WenQuanYi Micro Hei from one file, and nothing else: neither the machine's other fonts nor their
/// configuration is looked at, so that a print is the same everywhere. May be used by several
/// threads at once.
class Typeface {
public:
    /// Throws std::runtime_error where the file is not there or is no font.
    explicit Typeface(const std::string& file = usual_file);
    ~Typeface();
    Typeface(const Typeface&) = delete;
    Typeface& operator=(const Typeface&) = delete;

    /// Of the Debian package fonts-wqy-microhei.
    static constexpr const char* usual_file = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc";
    static constexpr const char* family = "WenQuanYi Micro Hei";

    struct Fonts;  ///< in Pango's terms: print/fonts.hpp
    [[nodiscard]] const Fonts& fonts() const { return *fonts_; }

private:
    std::unique_ptr<const Fonts> fonts_;
};

}  // namespace liuhen::print
