// Files behind an active-safety alarm (T/JSATL 12-2017, T/GDRTA 002-2020): the platform names a
// server with 0x9208, the terminal dials it, lists its files, sends them and is answered.
#pragma once

#include "telematics/jtt808/fields.hpp"

namespace liuhen::telematics::jtt808 {

/// Whose label an alarm carries: 16 bytes of Jiangsu, 40 bytes of Guangdong, or the 38 of
/// Heilongjiang, whose 0x1210 names the terminal only there.
enum class LabelForm : std::uint8_t { jiangsu, guangdong, heilongjiang };
constexpr std::array<LabelForm, 3> label_forms{LabelForm::jiangsu, LabelForm::guangdong,
                                               LabelForm::heilongjiang};
/// Widths of the terminal's id before the label, in it, and of what is reserved in it.
struct LabelWidths {
    std::size_t before, terminal, reserved;
};
constexpr LabelWidths widths_of(LabelForm form) {
    constexpr std::array<LabelWidths, 3> widths{{{7, 7, 1}, {30, 30, 2}, {0, 30, 0}}};
    return widths[static_cast<std::size_t>(form)];
}

/// Which alarm of which terminal.
struct AlarmLabel {
    Text terminal{};
    Octets<6> time{};  ///< packed YYMMDDhhmmss, GMT+8
    std::uint8_t serial{};
    std::uint8_t files{};
    Bytes reserved{};
    friend bool operator==(const AlarmLabel&, const AlarmLabel&) = default;

    static void describe(auto& fields, auto& m, LabelForm form) {
        fields.text_in("label_terminal", m.terminal, widths_of(form).terminal);
        fields.digits("label_time", m.time);
        fields.number("label_serial", m.serial);
        fields.number("attachments", m.files);
        fields.bytes_in("label_reserved", m.reserved, widths_of(form).reserved);
    }
};

/// 0x9208: send the files of this alarm there.
struct FilesWanted {
    static constexpr std::uint16_t id = 0x9208;
    static constexpr auto layouts(Edition) { return label_forms; }
    LabelForm layout = LabelForm::jiangsu;
    Text host{};
    std::uint16_t tcp_port{};
    std::uint16_t udp_port{};
    AlarmLabel label{};
    Text alarm{};  ///< the platform's number for it, at most 32 bytes
    Octets<16> reserved{};
    friend bool operator==(const FilesWanted&, const FilesWanted&) = default;

    static void describe(auto& fields, auto& m) {
        fields.template text_after<std::uint8_t>("host", m.host);
        fields.number("tcp_port", m.tcp_port);
        fields.number("udp_port", m.udp_port);
        AlarmLabel::describe(fields, m.label, m.layout);
        fields.text_in("alarm", m.alarm, 32);
        fields.octets("reserved", m.reserved);
    }
};

/// 0x1211 and 0x1212: one file, before and after its bytes. Kinds: 0 picture, 1 sound, 2 video,
/// 3 text, 4 other.
template <std::uint16_t Id>
struct FileInfo {
    static constexpr std::uint16_t id = Id;
    Text name{};
    std::uint8_t kind{};
    std::uint32_t size_bytes{};
    friend bool operator==(const FileInfo&, const FileInfo&) = default;

    static void describe(auto& fields, auto& m) {
        fields.template text_after<std::uint8_t>("name", m.name);
        fields.number("kind", m.kind);
        fields.number("size_bytes", m.size_bytes);
    }
};
using FileBegins = FileInfo<0x1211>;
using FileEnds = FileInfo<0x1212>;

/// A file of the list in 0x1210.
struct ListedFile {
    Text name{};
    std::uint32_t size_bytes{};
    friend bool operator==(const ListedFile&, const ListedFile&) = default;

    static void describe(auto& fields, auto& m) {
        fields.template text_after<std::uint8_t>("name", m.name);
        fields.number("size_bytes", m.size_bytes);
    }
};
/// 0x1210: the files of an alarm. Kinds: 0 as asked for, 1 sent again.
struct AlarmFiles {
    static constexpr std::uint16_t id = 0x1210;
    static constexpr auto layouts(Edition) { return label_forms; }
    LabelForm layout = LabelForm::jiangsu;
    Text terminal{};
    AlarmLabel label{};
    Text alarm{};  ///< as in 0x9208
    std::uint8_t kind{};
    std::vector<ListedFile> files{};
    Bytes tail{};
    friend bool operator==(const AlarmFiles&, const AlarmFiles&) = default;

    static void describe(auto& fields, auto& m) {
        fields.text_in("terminal", m.terminal, widths_of(m.layout).before);
        AlarmLabel::describe(fields, m.label, m.layout);
        fields.text_in("alarm", m.alarm, 32);
        fields.number("kind", m.kind);
        const auto n = fields.template count<std::uint8_t>("count", m.files.size());
        if (fields.more(!m.files.empty())) fields.items("files", m.files, n);
    }
};

/// Bytes of a file that did not arrive.
struct MissingBytes {
    std::uint32_t offset{};
    std::uint32_t length{};
    friend bool operator==(const MissingBytes&, const MissingBytes&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("offset", m.offset);
        fields.number("length", m.length);
    }
};
/// 0x9212: the answer to 0x1212. Results: 0 complete, 1 `missing` is to be sent again.
struct FileReceived {
    static constexpr std::uint16_t id = 0x9212;
    Text name{};
    std::uint8_t kind{};
    std::uint8_t result{};
    std::vector<MissingBytes> missing{};
    friend bool operator==(const FileReceived&, const FileReceived&) = default;

    static void describe(auto& fields, auto& m) {
        fields.template text_after<std::uint8_t>("name", m.name);
        fields.number("kind", m.kind);
        fields.number("result", m.result);
        const auto n = fields.template count<std::uint8_t>("count", m.missing.size());
        fields.items("missing", m.missing, n);
    }
};

}  // namespace liuhen::telematics::jtt808
