// What a PDF looks like and says, by other people's programs: poppler's and zbar's.
#pragma once

#include <catch2/catch.hpp>

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace liuhen::test {

/// What a program prints.
inline std::string said_by(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe{popen(command.c_str(), "r"), pclose};
    REQUIRE(pipe != nullptr);
    std::string text;
    std::array<char, 65536> piece{};
    for (std::size_t size = 0; (size = std::fread(piece.data(), 1, piece.size(), pipe.get())) > 0;)
        text.append(piece.data(), size);
    return text;
}

/// A page as grey or coloured dots.
struct Picture {
    std::size_t width{}, height{};
    std::string dots;  ///< three bytes each, row by row
    [[nodiscard]] std::array<int, 3> at(std::size_t x, std::size_t y) const {
        const std::size_t from = 3 * (y * width + x);
        const auto part = [&](std::size_t i) {
            return static_cast<int>(static_cast<unsigned char>(dots.at(from + i)));
        };
        return {part(0), part(1), part(2)};
    }
};

/// A word with its place on the page, in millimetres.
struct Word {
    std::string text;
    double left{}, top{}, right{}, bottom{};
    std::size_t page{};
};

class Pdf {
public:
    explicit Pdf(const std::string& bytes) {
        std::string pattern = std::filesystem::temp_directory_path() / "liuhen-print.XXXXXX";
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
        std::ofstream{file(), std::ios::binary} << bytes;
    }
    ~Pdf() { std::filesystem::remove_all(folder_); }
    Pdf(const Pdf&) = delete;
    Pdf& operator=(const Pdf&) = delete;

    [[nodiscard]] std::string info() const { return said_by("pdfinfo " + file()); }
    [[nodiscard]] std::size_t pages() const {
        return std::stoul(found(info(), R"(Pages:\s+(\d+))"));
    }
    /// Width and height of a page, in millimetres.
    [[nodiscard]] std::pair<double, double> size(std::size_t page = 1) const {
        const std::string n = std::to_string(page);
        const std::string told = said_by("pdfinfo -f " + n + " -l " + n + ' ' + file());
        constexpr double mm = 25.4 / 72;
        return {mm * std::stod(found(told, R"(size:\s+([\d.]+) x)")),
                mm * std::stod(found(told, R"(size:\s+[\d.]+ x ([\d.]+))"))};
    }
    /// The text of a page without any space: whoever searches does not care where lines break.
    [[nodiscard]] std::string text(std::size_t page) const {
        const std::string n = std::to_string(page);
        std::string told = said_by("pdftotext -raw -f " + n + " -l " + n + ' ' + file() + " -");
        std::erase_if(told, [](char c) { return c == ' ' || c == '\n' || c == '\f'; });
        return told;
    }
    /// That of all pages.
    [[nodiscard]] std::string text() const {
        std::string all;
        for (std::size_t page = 1; page <= pages(); ++page) all += text(page);
        return all;
    }
    [[nodiscard]] std::string fonts() const { return said_by("pdffonts " + file()); }
    [[nodiscard]] std::vector<Word> words() const;
    [[nodiscard]] Picture picture(std::size_t page = 1, int dots_an_inch = 200) const;
    /// What is in the QR codes of a page, each on a line.
    [[nodiscard]] std::string codes(std::size_t page = 1) const {
        const std::string n = std::to_string(page);
        said_by("pdftoppm -r 200 -png -singlefile -f " + n + " -l " + n + ' ' + file() + ' ' +
                folder_ + "/page");
        return said_by("zbarimg --nodbus --quiet --raw -Sdisable -Sqrcode.enable " + folder_ +
                       "/page.png");
    }

private:
    [[nodiscard]] std::string file() const { return folder_ + "/print.pdf"; }
    static std::string found(const std::string& text, const std::string& pattern) {
        std::smatch match;
        if (!std::regex_search(text, match, std::regex{pattern}))
            throw std::runtime_error{"not in: " + text};
        return match[1];
    }
    std::string folder_;
};

inline std::vector<Word> Pdf::words() const {
    static const std::regex one{R"re(<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">)re"
                                R"re(([^\n]*)</word>)re"};
    constexpr double mm = 25.4 / 72;
    std::vector<Word> words;
    std::size_t page = 0;
    std::istringstream lines{said_by("pdftotext -bbox " + file() + " -")};
    for (std::string line; std::getline(lines, line);) {
        if (line.find("<page ") != std::string::npos) ++page;
        std::smatch match;
        if (!std::regex_search(line, match, one)) continue;
        const auto number = [&](std::size_t i) { return mm * std::stod(match[i]); };
        words.push_back({match[5], number(1), number(2), number(3), number(4), page});
    }
    return words;
}

inline Picture Pdf::picture(std::size_t page, int dots_an_inch) const {
    const std::string n = std::to_string(page);
    std::istringstream in{said_by("pdftoppm -r " + std::to_string(dots_an_inch) + " -f " + n +
                                  " -l " + n + ' ' + file())};
    std::string kind;
    int most = 0;
    Picture picture;
    in >> kind >> picture.width >> picture.height >> most;
    REQUIRE(kind == "P6");
    in.get();  // the one byte between head and dots
    picture.dots.assign(std::istreambuf_iterator<char>{in}, {});
    REQUIRE(picture.dots.size() == 3 * picture.width * picture.height);
    return picture;
}

/// Two words of a page that lie on one another by more than `hair` millimetres; empty: none do.
inline std::string overlapping(const std::vector<Word>& words, double hair = 0.3) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (std::size_t k = i + 1; k < words.size(); ++k) {
            const Word &a = words[i], &b = words[k];
            const bool apart = a.page != b.page || a.right - hair < b.left ||
                               b.right - hair < a.left || a.bottom - hair < b.top ||
                               b.bottom - hair < a.top;
            if (!apart) return a.text + " and " + b.text;
        }
    }
    return {};
}

}  // namespace liuhen::test
