// Paper: pages in millimetres that become one PDF. The only place that draws.
#pragma once

#include "base/time.hpp"

#include <cairo.h>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "print/fonts.hpp"
#include "print/qr.hpp"

namespace liuhen::print {

/// A place on the page in millimetres, from its upper left corner.
struct Box {
    double x{}, y{}, width{}, height{};
    [[nodiscard]] Box inset(double by) const {
        return {x + by, y + by, width - 2 * by, height - 2 * by};
    }
};

struct Size {
    double width{}, height{};  ///< millimetres
};

/// Parts of 1.
struct Colour {
    double red{}, green{}, blue{};
};
inline constexpr Colour black{0, 0, 0};
inline constexpr Colour white{1, 1, 1};

/// A place on a square of 100 by 100, from its upper left corner.
struct Point {
    double x{}, y{};
};
/// Part of an outline: the pen goes on to `end`, without drawing, straight, or bent by two control
/// points.
struct Step {
    enum class Kind : std::uint8_t { move, line, curve } kind{};
    Point end, first{}, second{};
};
/// An outline that is filled, from its first step to its last and back.
struct Shape {
    std::span<const Step> outline;
    Colour colour;
};

enum class Align : std::uint8_t { left, centre, right };

/// How a text is set. `size` is that of a Chinese character's square, in millimetres; where the
/// text does not fit its box it becomes smaller down to `least`, and is cut with "…" then.
struct Style {
    double size = 3;
    double least = 3;
    Align align = Align::left;
    Colour colour = black;
};

/// One PDF under way. Equal calls give equal bytes, on any machine with the same libraries.
class Paper {
public:
    /// Begins the first page. `at` stands in the file as the time when it was made.
    Paper(const Typeface& typeface, Size page, const std::string& title, Instant at);

    void next_page(Size page);
    /// The height that a text takes where it is wrapped at a width, in millimetres.
    [[nodiscard]] double height_of(std::string_view text, double width, double size);
    /// Wrapped, in the middle of the height, and never beyond the box. Any text is printed as it
    /// is: there is no markup.
    void write(const Box& box, std::string_view text, const Style& style);
    void fill(const Box& box, Colour colour);
    void frame(const Box& box, double line);  ///< `line` wide, inside the box
    /// On the box as its square.
    void draw(const Box& box, const Shape& shape);
    /// On white, its quiet zone inside the box.
    void draw(const Box& box, const QrCode& code);
    /// Rising from corner to corner of the page, for what must not be overlooked.
    void write_across(Size page, std::string_view text, double size, Colour colour);
    /// The file. Throws std::runtime_error where it could not be made; nothing may follow.
    std::string finish();

private:
    struct FreeSurface {
        void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    };
    struct FreePen {
        void operator()(cairo_t* pen) const { cairo_destroy(pen); }
    };
    Object<PangoLayout> lay_out(std::string_view text, double width, double size) const;
    Object<PangoLayout> fitted(const std::string& text, const Box& box, const Style& style) const;
    void use(Colour colour);

    std::unique_ptr<std::string> bytes_;  // stays where it is: the surface writes into it
    Object<PangoFontMap> fonts_;
    Object<PangoContext> context_;
    std::unique_ptr<cairo_surface_t, FreeSurface> surface_;
    std::unique_ptr<cairo_t, FreePen> pen_;
};

}  // namespace liuhen::print
