"""产业链图谱: one chain as a picture on screens, on paper and as a file, from one layout.

It stands above what it tells of (companies on links, leads, visits, projects) and reads them as any page
does; `chains` below keeps what is drawn and knows nothing of its picture.
"""
