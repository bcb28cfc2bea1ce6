// A file without a name: gone with whoever made it, whatever ends him.
#pragma once

#include <string>

namespace liuhen::server::sheets {

class ScratchFile {
public:
    /// In the folder for temporary files (TMPDIR). Throws SheetNotWritten.
    ScratchFile();
    ~ScratchFile();
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;

    /// Under which this process can open it again.
    [[nodiscard]] std::string path() const;
    /// All of it. Throws SheetNotWritten.
    [[nodiscard]] std::string bytes() const;

private:
    int descriptor_;
};

/// Where they are made.
std::string scratch_folder();

}  // namespace liuhen::server::sheets
